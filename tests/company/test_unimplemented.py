from textwrap import dedent

import pytest

from company.engine.context.inspection import Unimplemented, unimplemented


def found(source: str, path: str = "game.py") -> list[tuple[str, str]]:
    return [(part.name, part.why) for part in unimplemented({path: dedent(source)})]


@pytest.mark.parametrize(
    ("source", "name", "why"),
    [
        ("def f():\n    pass\n", "f", "has only 'pass'"),
        ("async def f():\n    ...\n", "f", "has only '...'"),
        ('def f():\n    """Do it."""\n', "f", "has only a docstring"),
        ('def f():\n    """Do it."""\n    pass\n', "f", "has only 'pass'"),
        ("def f():\n    # TODO: write\n    pass\n", "f", "has only a TODO"),
        ("def f():\n    pass  # implement this\n", "f", "has only a TODO"),
        ('def f():\n    """TODO"""\n', "f", "has only a docstring"),
        ("def f():\n    raise NotImplementedError\n", "f", "raises NotImplementedError"),
        ("def f():\n    'x'\n    raise NotImplementedError('later')\n", "f", "raises Not"),
        ("def f():\n    return None  # TODO\n", "f", "returns a constant and has a TODO"),
        ("def f():\n    # placeholder\n    return 0\n", "f", "returns a constant and has a TODO"),
        ("def f():\n    # TODO\n    return []\n", "f", "returns a constant and has a TODO"),
        ("def f():\n    print('Not implemented yet')\n", "f", "only prints that it is not"),
        ("class A:\n    def f(self):\n        pass\n", "A.f", "has only 'pass'"),
        ("class A:\n    class B:\n        def f(self): ...\n", "A.B.f", "has only '...'"),
        ("def f():\n    def g():\n        pass\n    return g\n", "g", "has only 'pass'"),
        ("if True:\n    def f():\n        pass\n", "f", "has only 'pass'"),
        ("def test_it():\n    pass\n", "test_it", "has only 'pass'"),
        ("class A:\n    def f(self):\n        pass\nclass B(A):\n    x = 1\n", "A.f", "has only"),
    ],
)
def test_a_python_function_that_only_stands_for_one_is_found(
    source: str, name: str, why: str
) -> None:
    ((found_name, found_why),) = found(source)

    assert found_name == name
    assert found_why.startswith(why)


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    return 1\n",
        "def f():\n    return None\n",
        "def f():\n    return\n",
        "def f():\n    try:\n        g()\n    except ValueError:\n        pass\n",
        "class Empty(Exception):\n    pass\n",
        'class Empty(Exception):\n    """Nothing."""\n',
        "class Marker: ...\n",
        "for x in y:\n    pass\n",
        "def f():\n    while True:\n        pass\n",
        "def f():\n    # TODO: make it faster\n    return slow()\n",
        "def f(x):\n    if x:\n        raise NotImplementedError\n    return 1\n",
        "from abc import abstractmethod\nclass A:\n    @abstractmethod\n    def f(self): ...\n",
        "import abc\nclass A(abc.ABC):\n    @property\n    @abc.abstractmethod\n    def f(self): pass\n",
        "class A(Protocol):\n    def f(self) -> int: ...\n",
        "class A(typing.Protocol[T]):\n    def f(self) -> int: ...\n",
        "@overload\ndef f(x: int) -> int: ...\n",
        "class BaseShape:\n    def area(self):\n        raise NotImplementedError\n",
        "class ShapeInterface:\n    def area(self):\n        pass\n",
        "class A:\n    def __init__(self):\n        pass\n",
        "class A:\n    def __exit__(self, *a):\n        pass\n",
        "class H(BaseHTTPRequestHandler):\n    def log_message(self, *a):\n        pass\n",
        "class A:\n    def on_close(self):\n        pass  # nothing to do\n",
        'class A:\n    def hook(self):\n        """Subclasses may override."""\n',
        "def noop():\n    pass\n",
        "f = lambda: None\n",
        "x = 'def f(): pass'\n",
    ],
)
def test_python_that_is_rightly_empty_is_left_alone(source: str) -> None:
    assert found(source) == []


def test_a_method_that_a_subclass_fills_in_another_file_is_a_hook() -> None:
    files = {
        "shape.py": "class Shape:\n    def area(self):\n        raise NotImplementedError\n",
        "circle.py": "from shape import Shape\n"
        "class Circle(Shape):\n    def area(self):\n        return 3\n",
    }

    assert unimplemented(files) == []


def test_a_python_file_that_does_not_parse_is_one_entry() -> None:
    files = {"b.py": "x = 1\ndef f(:\n    pass\n", "a.py": "def g():\n    pass\n"}

    assert unimplemented(files) == [
        Unimplemented("a.py", 1, "g", "has only 'pass'"),
        Unimplemented("b.py", 2, "the file", "syntax error: invalid syntax"),
    ]


@pytest.mark.parametrize("source", ["x = " + "(" * 10_000, "a\0b", "-" * 200_000 + "1", "\ud800"])
def test_hostile_python_is_a_syntax_error_and_not_a_crash(source: str) -> None:
    ((name, why),) = found(source)

    assert (name, why[:13]) == ("the file", "syntax error:")


@pytest.mark.parametrize(
    ("source", "name", "why"),
    [
        ("function f() {}\n", "f", "has an empty body"),
        ("function f(a, b) {\n  // TODO: add\n}\n", "f", "has only a TODO"),
        ("async function f() { /* placeholder */ }\n", "f", "has only a TODO"),
        ("const f = () => {\n};\n", "f", "has an empty body"),
        ("const f = async function () {};\n", "f", "has an empty body"),
        ("class A {\n  draw() {\n  }\n}\n", "draw", "has an empty body"),
        ("class A {\n  async #load(x) {}\n}\n", "#load", "has an empty body"),
        (
            "function f() {\n  throw new Error('Not implemented');\n}\n",
            "f",
            "throws that it is not implemented",
        ),
    ],
)
def test_a_javascript_function_that_only_stands_for_one_is_found(
    source: str, name: str, why: str
) -> None:
    assert found(source, "app.js") == [(name, why)]


@pytest.mark.parametrize(
    "source",
    [
        "function f() { return 1; }\n",
        "button.onclick = () => {};\n",
        "list.forEach(function () {});\n",
        "try { f(); } catch (e) {}\n",
        "class A {\n  constructor() {}\n}\n",
        "function noop() {}\n",
        "function f() { /* nothing to do */ }\n",
        "const s = 'function f() {}';\n",
        "const s = `function f() {}`;\n",
        "// function f() {}\n",
        "const r = /function f() {}/;\n",
        "  if (x) {\n  }\n",
        "function f() { throw new Error('bad input'); }\n",
        "const o = {};\n",
    ],
)
def test_javascript_that_is_rightly_empty_is_left_alone(source: str) -> None:
    assert found(source, "app.js") == []


def test_other_languages_and_very_large_files_are_not_judged() -> None:
    assert unimplemented({"a.txt": "def f():\n    pass\n", "b.py": "x = 1\n" * 100_000}) == []
