"""Which call wrote a line, by replaying what the calls of a phase changed."""

import time

from hypothesis import given
from hypothesis import strategies as st

from warehouse.history.entries import ToolCalled
from warehouse.history.why.calls import writers
from warehouse.product.alignment import unchanged

LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=8)


def called(name: str, text: str | None, path: str = "f") -> ToolCalled:
    changed = {path: None if text is None else "".join(f"{line}\n" for line in text.split())}
    return ToolCalled(1, "", "1.make/turn-1/tool-1", "maker", name, {}, "", True, 0.1, changed)


def written(calls: list[ToolCalled], before: str, after: str) -> list[str]:
    by = writers(calls, "f", before.split(), after.split())
    return [writer.tool if writer else "-" for writer in by]


@given(LINES, LINES)
def test_lines_that_stayed_are_in_their_order_and_as_many_as_can_be(
    before: list[str], after: list[str]
) -> None:
    kept = unchanged(before, after)
    pairs = sorted(kept.items())
    assert all(after[at] == before[was] for at, was in pairs)
    assert [was for _, was in pairs] == sorted(set(kept.values()))
    assert len(kept) == longest(before, after)


def longest(one: list[str], other: list[str]) -> int:
    row = [0] * (len(other) + 1)
    for line in one:
        above = row
        row = [0]
        for at, each in enumerate(other):
            row.append(above[at] + 1 if line == each else max(above[at + 1], row[at]))
    return row[-1]


def test_a_line_belongs_to_the_last_call_that_changed_it() -> None:
    calls = [called("one", "a b c"), called("other", "x", path="g"), called("two", "a B c d")]
    assert written(calls, "", "a B c d") == ["one", "two", "one", "two"]


def test_what_the_last_reply_changed_is_no_call_s() -> None:
    assert written([called("one", "a b")], "", "a c b") == ["one", "-", "one"]


def test_a_file_that_was_removed_and_made_again_is_written_anew() -> None:
    calls = [called("one", "a b"), called("rm", None), called("two", "b")]
    assert written(calls, "", "b") == ["two"]


def test_of_lines_alike_the_one_that_git_calls_new_is_still_the_call_s() -> None:
    """It says which of two braces is new otherwise than the call does."""
    assert written([called("one", "} x }")], "}", "} x }") == ["one", "one", "one"]


def test_hostile_files_are_compared_in_a_moment() -> None:
    began = time.monotonic()
    blank = [""] * 15_000
    assert len(unchanged([*blank, "x"], ["y", *blank])) == 15_000
    assert len(unchanged([*blank, "x"] * 3, ["y", *blank] * 3)) == 0
    assert time.monotonic() - began < 5
