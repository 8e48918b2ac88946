"""Code without its comments, its lines, its tests and its complexity."""

import math

import pytest

from company.lab.evaluation.parts import parts_of
from company.lab.metrics.python_code import complexity
from company.lab.metrics.size import comment_free, size


@pytest.mark.parametrize(
    ("path", "source", "bare"),
    [
        ("a.py", "x = 1  # one\n\n# two\ny = '#'\n", "x = 1\ny = '#'"),
        ("a.py", '"""Doc."""\nclass A:\n    """Doc\n    more."""\n\n    x = 1\n', "class A:\n    x = 1"),
        ("a.py", "f(  # why\n    1,\n)\n", "f(\n    1,\n)"),
        ("a.py", "x = (\n    'a'\n    'b'\n)\n", "x = (\n    'a'\n    'b'\n)"),
        ("a.py", "def f(:\n    # no\n    '''x\n", "def f(:\n    '''x"),
        ("a.py", "x = 1\r\n# y\r\n", "x = 1"),
        ("a.js", "let a = '//'; // b\n/* c\n d */ f(`/*`);\n", "let a = '//';\n f(`/*`);"),
        ("a.css", "a { } /* b */\n", "a { }"),
        ("a.html", "<p>\n<!-- a\n b -->\n</p>\n", "<p>\n</p>"),
        ("notes.txt", "# a heading\n\ntext\n", "# a heading\ntext"),
    ],
)  # fmt: skip
def test_comments_docstrings_and_blank_lines_go_and_texts_stay(
    path: str, source: str, bare: str
) -> None:
    assert comment_free(path, source) == bare


def test_files_are_program_or_tests_and_data_is_neither() -> None:
    texts = dict.fromkeys(
        ["main.py", "lib/a.py", "test_main.py", "lib/a_test.py", "tests/helpers.py", "conftest.py",
         "main.test.js", "style.css", "README.md", "data.json"], "x"
    ) | {"huge.py": "x = 1\n" * 100_000}  # fmt: skip
    parts = parts_of(texts)
    assert list(parts.program) == ["main.py", "lib/a.py", "style.css"]
    assert list(parts.tests) == [
        "test_main.py", "lib/a_test.py", "tests/helpers.py", "conftest.py", "main.test.js",
    ]  # fmt: skip


def test_tests_are_functions_and_methods_that_pytest_would_collect() -> None:
    source = """
import pytest, unittest
def test_one(): ...
async def test_two(): ...
@pytest.mark.parametrize("x", [1, 2, 3])
def test_three(x):
    def test_inside(): ...
class TestA:
    def test_four(self): ...
    def helper(self): ...
class Checks(unittest.TestCase):
    def test_five(self): ...
class Other:
    def test_not_collected(self): ...
def helper(): ...
"""
    texts = {"test_a.py": source, "main.py": "def test_mode(): pass\n"}
    assert size({}, texts, parts_of(texts))["own_tests"] == 5


def test_the_maintainability_index_is_worked_out_by_its_formula() -> None:
    # One operator (+), two operands (x, 1): volume 3 × log2 3. Complexity 1. Two lines of code.
    volume, lines = 3 * math.log2(3), 2
    bare = (171 - 5.2 * math.log(volume) - 0.23 * 1 - 16.2 * math.log(lines)) * 100 / 171
    found = complexity({"a.py": "def f(x):\n    return x + 1\n", "empty.py": "# nothing\n"})
    assert found["maintainability"] == pytest.approx(bare)

    # A comment line for two lines of code: 50 percent.
    praise = 50 * math.sin(math.sqrt(2.46 * math.radians(50)))
    found = complexity({"a.py": "# adds\ndef f(x):\n    return x + 1\n"})
    assert found["maintainability"] == pytest.approx(min(bare + praise * 100 / 171, 100.0))


def test_functions_within_functions_and_classes_within_classes_count() -> None:
    source = """
def f(x):
    def g(y):
        return 1 if y else 2
    return g(x)
class A:
    class B:
        def h(self, x):
            while x and not self:
                pass
"""
    found = complexity({"a.py": source})
    # f: 1; g: 1 + the choice = 2; h: 1 + while + and = 3
    assert (found["complexity"], found["complexity_max"]) == (2.0, 3)


def test_a_long_table_takes_no_time() -> None:
    table = "X = [\n" + "    1,\n" * 5_000 + "]\n"
    assert complexity({"a.py": table})["complexity"] == 1.0
