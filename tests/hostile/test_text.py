"""Text from models, providers and strangers that is after time, memory, the eye or a key."""

import time

import pytest

from warehouse.python_source import compiled, syntax_tree

SECONDS = 10.0
"""Of CPU: several times what any takes here, and a fraction of what each took without bounds."""


def nested_finally(levels: int) -> str:
    """Code that the compiler writes out anew, twice, at each level."""
    blocks = [f"{' ' * n}try:\n{' ' * n} a\n{' ' * n}finally:\n" for n in range(levels)]
    return "".join(blocks) + " " * levels + "x\n"


BOMBS = {
    "a dotted name": "import a" + ".a" * 900_000,
    "a dotted name over lines": "import a" + " . \\\n a" * 200_000,
    "a dotted name it is from": "from a" + ".a" * 900_000 + " import b",
    "fields far from the start": 'f"' + " " * 400_000 + "{x}" * 16_000 + '"',
    "fields in three quotes": "Rf'''\n" + "x\n" * 100_000 + "{xy}\n" * 16_000 + "'''",
    "more statements than anybody writes": "x;" * 1_000_000,
    "more arguments than anybody writes": "f(" + "a," * 1_000_000 + ")",
    "quotes that never close": '"""' + '\\"""' * 200_000,
    "finally within finally": nested_finally(19),
    "a finally for each return": (
        "def f():\n try:\n" + "  return\n" * 40_000 + " finally:\n" + "  x\n" * 40_000
    ),
    "a number of a million digits": "x = 0x" + "f" * 1_000_000,
    "an empty line for each byte": "\n" * 1_900_000 + "x",
    "one long line": "x = " + "a" * 1_900_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("read", [syntax_tree, compiled])
def test_no_source_holds_its_reader_up(read: object, bomb: str) -> None:
    assert callable(read)
    began = time.process_time()
    try:
        read(BOMBS[bomb])
    except SyntaxError as refused:
        assert str(refused)
    assert time.process_time() - began < SECONDS


def test_what_people_write_is_within_the_bounds() -> None:
    program = "def f(a):\n    return [f'{a}: {b:>10}' for b in a if b and a.b.c.d] or 'x'\n" * 5_000
    deep = "x = " + " + ".join(["'a'"] * 400)
    choice = "if a == 0:\n    b\n" + "".join(f"elif a == {n}:\n    b\n" for n in range(200))

    for source in (program, deep, choice):
        assert syntax_tree(source).body
