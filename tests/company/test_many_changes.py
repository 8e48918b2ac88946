"""A reply with twice as many changes takes twice as long to read, whatever they are."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from company.deliverables.markdown_files import read_files
from phases.yields import FilesYield

FEW, MANY = 30, 60
NUMBERS = range(MANY)


def value(number: int) -> str:
    return f"    value_{number} = {number}"


def edit(search: str, replace: str) -> str:
    return f"<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\n"


def block(*edits: str, path: str = "main.py") -> str:
    return f"### {path}\n```python\n{''.join(edits)}```\n"


def as_it_stands(number: int) -> str:
    return edit(value(number), f"{value(number)} + 1")


def unindented(number: int) -> str:
    return edit(value(number).strip(), f"{value(number).strip()} + 1")


def in_one_block(count: int) -> str:
    return block(*map(as_it_stands, NUMBERS[:count]))


def in_blocks_of_their_own(count: int) -> str:
    return "".join(block(as_it_stands(number)) for number in NUMBERS[:count])


def outside_of_blocks(count: int) -> str:
    return "### main.py\n" + "".join(map(as_it_stands, NUMBERS[:count]))


def with_another_indentation(count: int) -> str:
    return block(*map(unindented, NUMBERS[:count]))


def hunks_of_a_diff(count: int) -> str:
    hunks = (f"@@ -1 +1 @@\n-{value(n)}\n+{value(n)} + 1\n" for n in NUMBERS[:count])
    return f"```diff\n--- a/main.py\n+++ b/main.py\n{''.join(hunks)}```\n"


def programs_that_are_none(count: int) -> str:
    return "".join(f"### new_{n}.py\n```python\nif value {n}\n```\n" for n in NUMBERS[:count])


def files_written_anew(count: int) -> str:
    return "".join(f"### f{n}.py\n```python\n{value(n).strip()}\n```\n" for n in NUMBERS[:count])


KINDS: list[Callable[[int], str]] = [
    in_one_block,
    in_blocks_of_their_own,
    outside_of_blocks,
    with_another_indentation,
    hunks_of_a_diff,
    programs_that_are_none,
    files_written_anew,
]


def steps_of(reply: str, current: dict[str, str]) -> int:
    """How many lines of Python are run while a reply is read, those of loops as often as they are."""
    steps = 0

    def count(frame: FrameType, event: str, about: Any) -> Any:
        nonlocal steps
        steps += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        read_files(reply, current, FilesYield())
    finally:
        sys.settrace(before)
    return steps


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_twice_as_many_changes_take_twice_the_steps(kind: Callable[[int], str]) -> None:
    steps = dict[int, int]()
    for count in (FEW, MANY):
        lines = ["if True:", *map(value, NUMBERS[:count]), ""]
        old = {f"f{number}.py": f"old_{number} = 1\n" for number in NUMBERS[:count]}
        current = {"main.py": "\n".join(lines), **old}
        steps[count] = steps_of(kind(count), current)

    assert steps[MANY] < 2.1 * steps[FEW]
