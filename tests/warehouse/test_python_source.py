"""Python that nobody vouches for is read without harm: whatever its shape, the process goes on."""

import ast
from pathlib import Path

import pytest

from company.engine.context.inspection import Inspection, outline
from company.lab.evaluation.mutation_points import changes_something, mutants_of
from company.lab.metrics.python_code import complexity
from warehouse.python_source import looks_like_python, syntax_tree, unparsed
from warehouse.sandbox.stacks.cards import stacks

ROOT = Path(__file__).parent.parent.parent
IN_THE_SANDBOX = {
    "warehouse/data/copy/delivered/check_sql.py",
    "warehouse/sandbox/testers/notebook.py",
}
"""What is run there, where it may break."""
DEPTHS = (80, 900, 2_500, 20_000)
"""Below what any reader minds, about what each of Python's own limits allows, and beyond all."""
SHAPES = {
    "not": lambda n: "x = " + "not " * n + "1",
    "minus": lambda n: "x = " + "-" * n + "1",
    "parentheses": lambda n: "x = " + "(" * n + ")" * n,
    "lists": lambda n: "x = " + "[" * n + "]" * n,
    "unclosed": lambda n: "x = " + "{(" * n,
    "attributes": lambda n: "x = a" + ".b" * n,
    "calls": lambda n: "x = a" + "()" * n,
    "sums": lambda n: "x = 1" + " + 1" * n,
    "lambdas": lambda n: "x = " + "lambda: " * n + "1",
    "else-ifs": lambda n: "if a: pass\n" + "elif a: pass\n" * n,
    "conditionals": lambda n: "x = " + "1 if a else " * n + "1",
    "f-strings": lambda n: "x = " + "f'{" * n + "1" + "}'" * n,
    "blocks": lambda n: "".join(" " * i + "if a:\n" for i in range(min(n, 900))) + " " * 900 + "pass",
    "a default": lambda n: f"def f(x={'not ' * n}1): pass",
    "an annotation": lambda n: f"def f(x: a{'[b' * n}{']' * n}) -> a{'.b' * n}: pass",
    "a base": lambda n: f"class A({'-' * n}a):\n    def f(self, x=a{'.b' * n}): pass",
    "a decorator": lambda n: f"@a{'.b' * n}\ndef f(): pass",
    "null bytes": lambda n: "x = 1" + "\0" * n,
    "a surrogate": lambda n: "x = '" + "\ud800" * n + "'",
    "a large number": lambda n: "x = " + "9" * n,
}  # fmt: skip


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_hostile_shape_of_any_depth_harms_no_reader(shape: str, depth: int) -> None:
    source = SHAPES[shape](depth)
    texts = {"main.py": source, "test_main.py": source}

    assert outline("main.py", source).startswith("- main.py (")
    assert stacks()["python"].code.imports(source) == set()
    looks_like_python(source)
    complexity(texts)
    if shape != "a surrogate":
        look = Inspection({path: text.encode() for path, text in texts.items()})
        assert (look.third_party, len(look.outlines)) == ([], 2)
        assert isinstance(look.unimplemented, list)
        for mutant in mutants_of("main.py", source)[:3]:
            changes_something(mutant, source)


def test_what_parses_and_is_too_deep_to_be_written_out_is_shortened() -> None:
    deep = f"def f(x=a{'.b' * 90}) -> int: pass"

    assert outline("f.py", deep).splitlines()[1] == "  def f(…) -> int"
    assert unparsed(syntax_tree("a.b").body[0]) == "a.b"


@pytest.mark.parametrize("depth", [100, 200, 400, 600, 2_000])
def test_what_can_be_read_does_not_hang_on_how_deep_the_reader_stands(depth: int) -> None:
    source = f"def f(x=a{'()' * depth}): pass"

    def read_from(level: int) -> str:
        return read_from(level - 1) if level else outline("f.py", source)

    assert read_from(400) == read_from(1)


def test_there_is_one_door_to_a_syntax_tree() -> None:
    rooms = ("roles", "phases", "company", "warehouse", "tui", "softhouse")
    files = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    through = {str(path.relative_to(ROOT)) for path in files if parsers_in(path)}

    # A notebook's cells are read where they run: in the sandbox, never here.
    assert through == {"warehouse/python_source.py", *IN_THE_SANDBOX}


def parsers_in(path: Path) -> set[str]:
    """What a file names that reads Python source."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Attribute(value=ast.Name(id="ast"), attr=name):
                names |= {name} & {"parse", "unparse", "literal_eval"}
            case ast.ImportFrom(module="ast", names=imported):
                names |= {each.name for each in imported} & {"parse", "unparse", "literal_eval"}
            case ast.Call(func=ast.Name(id=name)):
                names |= {name} & {"compile", "eval", "exec"}
            case ast.Import(names=imported):
                names |= {each.name for each in imported} & {"symtable", "codeop", "code"}
    return names
