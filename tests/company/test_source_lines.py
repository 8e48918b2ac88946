"""What a compiler says of a line is told with that line."""

import pytest

from company.engine.workspace.source_lines import LONGEST_LINE, with_source_lines

TEXTS = {"main.go": "package main\n\n\tx := undefined\n", "a b.py": "1\n", "long.py": "x" * 9_000}


@pytest.mark.parametrize("place", ["main.go:3:7", "./main.go:3", "main.go:3"])
def test_a_line_that_is_named_is_shown(place: str) -> None:
    output = f"# program\n{place}: undefined\nand so on"
    assert with_source_lines(output, TEXTS) == (
        f"# program\n{place}: undefined\n    x := undefined\nand so on"
    )


@pytest.mark.parametrize(
    "output",
    [
        "",
        "all is well",
        "main.go:3: no\n    x := undefined",
        "main.go:0: no such line",
        "main.go:99999: no such line",
        "main.go:2: a line with nothing",
        "/usr/lib/other.py:1: not of the product",
        "see main.go:3: not at the beginning",
    ],
)
def test_anything_else_stays_as_it_is(output: str) -> None:
    assert with_source_lines(output, TEXTS) == output


def test_a_long_line_is_cut() -> None:
    (_, shown) = with_source_lines("long.py:1: too long", TEXTS).splitlines()
    assert shown == f"    {'x' * LONGEST_LINE}"
