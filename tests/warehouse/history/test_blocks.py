"""What each kind of entry says, in blocks that know nothing of how they are shown."""

import ast
from pathlib import Path
from typing import Any, get_args

import pytest
from msgspec.structs import fields

from tests.support.journals import events, forked, phase, small_run, started, tool_used
from warehouse.history import entries
from warehouse.history.entries import Entry, StepBegan, StepEnded, ToolCalled
from warehouse.history.format.blocks import Block, Heading, Mark, ToolUse
from warehouse.history.format.wording import blocks_of
from warehouse.history.summary import SummaryFold
from warehouse.history.transcript import transcript

ROOT = Path(__file__).parents[3]
SKINS = ("company/cli/export/html.py", "company/cli/export/markdown.py")
NOTHING_TO_TELL = (entries.Steered, entries.Grip, entries.Words, entries.Calling)
"""The bases of what a person does and of what a role does with a tool; what has not ended yet."""
VALUES: dict[str, Any] = {
    "where": "1.coding",
    "kind": "phase",
    "outcome": "failed",
    "limits": {"calls": 3.0},
}


def every_kind() -> list[type[Entry]]:
    kinds = [kind for kind in vars(entries).values() if isinstance(kind, type)]
    own = [kind for kind in kinds if issubclass(kind, Entry) and kind is not Entry]
    return [kind for kind in own if kind not in NOTHING_TO_TELL]


def sample(kind: type[Entry]) -> Entry:
    """An entry of a kind, with something in each of its fields."""
    plain: dict[object, Any] = {str: "words", int: 2, float: 1.5, bool: True}
    values = {
        field.name: VALUES.get(field.name, plain.get(field.type, ()))
        for field in fields(kind)
        if field.name not in ("fields", "changes", "changed", "arguments")
    }
    mappings = {each.name: {"key": "value"} for each in fields(kind) if each.name not in values}
    return kind(**values, **mappings)


@pytest.mark.parametrize("kind", every_kind())
def test_every_kind_of_entry_says_something(kind: type[Entry]) -> None:
    blocks = blocks_of(sample(kind))
    assert blocks
    assert all(isinstance(block, get_args(Block)) for block in blocks)


def test_what_everybody_can_see_for_themselves_is_not_told() -> None:
    quiet = (
        StepBegan(1, "", "2.loop", "loop", "Loop", "loop", 0, 3),
        StepEnded(2, "", "2", "done", ""),
    )
    assert not [block for entry in quiet for block in blocks_of(entry)]


def test_an_inner_place_is_told_whatever_kind_of_step_made_it() -> None:
    place = StepBegan(1, "", "1.again/time-2", "again", "Time 2", "time", 2, 0)
    assert blocks_of(place) == [Heading("time", "Time 2")]


def test_roles_are_called_by_their_titles() -> None:
    _, entry = transcript(events(tool_used("1.coding/turn-1/tool-1", "1: tip")))
    assert blocks_of(entry, {"programmer": "The Programmer"}.get) == [
        ToolUse("The Programmer", "read main.py 20", "1: tip", ok=True, seconds=0.1, tool="read")
    ]


def test_of_a_call_that_does_not_fit_a_line_all_that_it_was_given_is_told() -> None:
    given = {"path": "a.py", "replace": "x = 1\ny = 2\n", "first": 3}
    use = ToolCalled(1, "", "1", "programmer", "edit", given, "done", True, 0.1, {})
    (block,) = blocks_of(use)
    assert isinstance(block, ToolUse)
    assert block.call == "edit a.py x = 1 y = 2 3"
    assert block.given == "path: a.py\nreplace:\n  x = 1\n  y = 2\nfirst: 3"


def test_a_verdict_tells_whether_it_approved() -> None:
    fields_ = {"approved": False, "comments": ["a", "b"]}
    verdict = ("deliverable", "1.review", {"kind": "verdict", "fields": fields_})
    (entry,) = transcript(events([verdict]))
    assert blocks_of(entry) == [
        Mark(
            "yields",
            "approved: no; comments: a, b",
            "verdict",
            approved=False,
            comments="2 comments",
        )
    ]


@pytest.mark.parametrize("skin", SKINS)
def test_a_skin_knows_no_kind_of_entry(skin: str) -> None:
    tree = ast.parse((ROOT / skin).read_text("utf-8"))
    imported = {each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    assert "warehouse.history.format" in imported
    assert "warehouse.history.entries" not in imported


def test_tool_calls_are_counted_in_the_summary_of_a_run_and_anew_in_a_fork() -> None:
    steps = [*small_run()[:-1], *tool_used("1.coding/turn-1/tool-1", "1: tip")]
    assert SummaryFold(events(steps)).summary.as_record()["tool_calls"] == 1
    steps.append(forked("2.manual", "fork", "parent"))
    assert SummaryFold(events(steps)).summary.tool_calls == 0


def test_a_run_without_tools_has_none() -> None:
    assert SummaryFold(events([started(), phase("1.coding", "Coding")])).summary.tool_calls == 0
