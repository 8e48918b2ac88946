"""Tests of each framework, right ones and near misses: counted, and what they say is the verdict."""

import shutil

import pytest

from tests.verdicts.conftest import Verdict
from warehouse.events import SuiteCounts

MAIN = "print('Welcome')\n"
SUITE = """\
import unittest


class Some(unittest.TestCase):
    def test_one(self):
        self.assertEqual(1 + 1, {two})

    @unittest.skip("later")
    def test_later(self):
        self.fail()


if __name__ == "__main__":
    unittest.main()
"""
EXAMPLES = '''\
"""A tip."""


def tip(bill):
    """A tenth of the bill.

    >>> tip(50)
    {tip}
    """
    return bill / 10


if __name__ == "__main__":
    import doctest

    print(tip(50))
    doctest.testmod()
'''
MIXED = """\
import pytest


@pytest.mark.parametrize("number", [1, 2, 3])
def test_each(number):
    assert number


class TestInClass:
    def test_inside(self, tmp_path):
        assert tmp_path.is_dir()


@pytest.mark.xfail
def test_known():
    assert 1 == 2


@pytest.mark.skip
def test_later():
    assert 1 == 2
"""

PYTHON = {
    "functions, classes, parameters": ({"test_main.py": MIXED}, True, (6, 4, 0, 2, 0)),
    "unittest by name": ({"test_main.py": SUITE.format(two=2)}, True, (2, 1, 0, 1, 0)),
    "unittest in tests.py": ({"tests.py": SUITE.format(two=2)}, True, (2, 1, 0, 1, 0)),
    "a failing unittest in tests.py": ({"tests.py": SUITE.format(two=3)}, False, (2, 0, 1, 1, 0)),
    "a failing unittest in checks.py": ({"checks.py": SUITE.format(two=3)}, False, (2, 0, 1, 1, 0)),
    "a failing unittest in the program": ({"main.py": SUITE.format(two=3)}, False, (2, 0, 1, 1, 0)),
    "examples": ({"main.py": EXAMPLES.format(tip="5.0")}, True, (1, 1, 0, 0, 0)),
    "wrong examples": ({"main.py": EXAMPLES.format(tip="6.0")}, False, (1, 0, 1, 0, 0)),
    "a file skipped as a whole": (
        {
            "test_main.py": "def test_it():\n    pass\n",
            "test_more.py": "import pytest\npytest.skip('no', allow_module_level=True)\n",
        },
        True,
        (2, 1, 0, 1, 0),
    ),
    "all skipped": (
        {"test_main.py": "import pytest\n\n\n@pytest.mark.skip\ndef test_it():\n    pass\n"},
        None,
        (1, 0, 0, 1, 0),
    ),
    "none in the file": ({"test_main.py": "x = 1\n"}, False, (0, 0, 0, 0, 0)),
    "a src folder": (
        {"src/pk/__init__.py": "two = 2\n", "tests/test_pk.py": "import pk\n\n\ndef test_it():\n"
         "    assert pk.two == 2\n"},
        True,
        (1, 1, 0, 0, 0),
    ),
    "a module that is called like one of ours": (
        {"packaging.py": "boxes = 3\n", "test_main.py": "import packaging\n\n\ndef test_it():\n"
         "    assert packaging.boxes == 3\n"},
        True,
        (1, 1, 0, 0, 0),
    ),
    "a thread that never ends": (
        {"test_main.py": "import threading\n\n\ndef test_it():\n"
         "    threading.Thread(target=threading.Event().wait).start()\n"},
        True,
        (1, 1, 0, 0, 0),
    ),
    "options for a plugin that is not here": (
        {"test_main.py": "def test_it():\n    pass\n",
         "pytest.ini": "[pytest]\naddopts = --cov=main -n auto\n"},
        True,
        (1, 1, 0, 0, 0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("product", PYTHON)
async def test_tests_of_python_are_counted(verdict: Verdict, product: str) -> None:
    files, ok, counts = PYTHON[product]
    await _judged(verdict, {"main.py": MAIN, **files}, ok, counts)


NODE = {
    "right ones": (
        'const test = require("node:test");\ntest("one", () => {});\n'
        'test.describe("group", () => { test.it("two", () => {}); });\n'
        'test.skip("later", () => {});\n',
        True,
        (3, 2, 0, 1, 0),
    ),
    "a wrong one": (
        'const test = require("node:test");\nconst assert = require("node:assert");\n'
        'test("one", () => {});\ntest("two", () => assert.equal(1, 2));\n',
        False,
        (2, 1, 1, 0, 0),
    ),
    "an end before the end": (
        'const test = require("node:test");\ntest("one", () => process.exit(0));\n'
        'test("two", () => { throw new Error("wrong"); });\n',
        False,
        (1, 0, 1, 0, 1),
    ),
    "all skipped": (
        'const test = require("node:test");\ntest.skip("one", () => { throw new Error(); });\n',
        None,
        (1, 0, 0, 1, 0),
    ),
    "a plain script": ('require("node:assert").equal(1, 1);\n', True, (1, 1, 0, 0, 0)),
    "a plain script that is wrong": ('require("node:assert").equal(1, 2);\n', False, (1, 0, 1, 0, 0)),
    "one that does not parse": ("test(;\n", None, None),
}  # fmt: skip


@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
@pytest.mark.parametrize("product", NODE)
async def test_tests_of_node_are_counted(verdict: Verdict, product: str) -> None:
    text, ok, counts = NODE[product]
    files = {"main.js": 'console.log("Welcome");\n', "main.test.js": text}
    if counts is None:
        execution = await verdict(files)
        assert [(check.name, check.ok) for check in execution.checks] == [("syntax", False)]
    else:
        await _judged(verdict, files, ok, counts)


MOCHA = 'describe("it", () => { it("is wrong", () => { throw new Error(); }); });\n'


@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
@pytest.mark.parametrize(
    ("package", "runner"),
    [
        ('{"scripts": {"test": "jasmine"}}', "jasmine"),
        ('{"scripts": {"test": "npx tap --recursive test"}}', "tap"),
        ('{"devDependencies": {"ava": "^6.0.0"}}', "ava"),
    ],
)
async def test_tests_for_a_runner_that_is_not_here_are_unseen_and_decide_nothing(
    verdict: Verdict, package: str, runner: str
) -> None:
    files = {"main.js": "console.log(1);\n", "test/x.spec.js": MOCHA, "package.json": package}
    execution = await verdict(files)
    assert execution.ok
    assert not execution.verified
    assert f"unseen: tests: run by {runner}, which this sandbox does not have" in execution.summary


@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
async def test_a_spec_for_node_s_own_runner_is_run(verdict: Verdict) -> None:
    spec = 'const { it } = require("node:test");\nit("is wrong", () => { throw new Error(); });\n'
    files = {"main.js": "console.log(1);\n", "test/x.spec.js": spec}
    await _judged(verdict, files, ok=False, counts=(1, 0, 1, 0, 0))


GO_MAIN = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("Welcome") }\n'
GO_TEST = 'package main\n\nimport ("testing"; "os")\n\nvar _ = os.Args\n\n'
GO = {
    "right ones": (
        "func TestOne(t *testing.T) {}\nfunc TestTwo(t *testing.T) { t.Skip() }\n",
        True,
        (2, 1, 0, 1, 0),
    ),
    "a wrong one": (
        "func TestOne(t *testing.T) {}\nfunc TestTwo(t *testing.T) { t.Fatal(1) }\n",
        False,
        (2, 1, 1, 0, 0),
    ),
    "an end before the end": (
        "func TestOne(t *testing.T) { os.Exit(0) }\nfunc TestTwo(t *testing.T) { t.Fatal(1) }\n",
        False,
        (1, 0, 1, 0, 1),
    ),
    "an end at the beginning": (
        "func TestMain(m *testing.M) { os.Exit(0) }\nfunc TestTwo(t *testing.T) { t.Fatal(1) }\n",
        None,
        (0, 0, 0, 0, 2),
    ),
}


@pytest.mark.skipif(not shutil.which("go"), reason="needs go")
@pytest.mark.parametrize("product", GO)
async def test_tests_of_go_are_counted(verdict: Verdict, product: str) -> None:
    text, ok, counts = GO[product]
    files = {"go.mod": "module a\n\ngo 1.19\n", "main.go": GO_MAIN, "main_test.go": GO_TEST + text}
    await _judged(verdict, files, ok, counts)


async def _judged(
    verdict: Verdict, files: dict[str, str], ok: bool | None, counts: tuple[int, ...]
) -> None:
    execution = await verdict(files)
    (tests,) = [check for check in execution.checks if check.name == "tests"]
    assert (tests.ok, tests.tests) == (ok, SuiteCounts(*counts)), tests.output
    assert (execution.verified, execution.ok) == (ok is True, ok is not False)
