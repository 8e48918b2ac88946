"""Typed events: what a journal holds is read into structs and written as it was."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.journals import small_run, started
from warehouse.events import (
    KINDS,
    CommitEnded,
    CompletionEnded,
    CompletionStarted,
    DeliverableAccepted,
    MalformedEvent,
    Note,
    RunForked,
    RunStarted,
    StepStarted,
    UnknownEvent,
)
from warehouse.events.conversion import as_json, typed
from warehouse.journal.journal import Event, Journal, parse_event, read_events
from warehouse.runs.folders import demos

DEMOS = [folder / "journal.jsonl" for folder in demos().values()]
NEWER_FIELDS = {"run.started": {"experiment": ""}}
"""Fields that are always written today, and were not when the demos were recorded."""


@pytest.mark.parametrize("journal", DEMOS, ids=lambda path: path.parent.name)
def test_what_was_recorded_is_written_again_as_it_was(journal: Path) -> None:
    for event in read_events(journal):
        recorded = {**as_json(event.data), **NEWER_FIELDS.get(event.kind, {})}
        assert json.dumps(as_json(event.data)) == json.dumps(recorded)
        assert event.data.kind_of_event == event.kind


def test_an_event_appended_as_a_struct_is_read_as_the_same(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path / "journal.jsonl")
    begun = [RunStarted(schema="1.0", run="r"), StepStarted("coding", "loop", max=3)]
    for data in begun:
        journal.append(data, "1.coding")
    journal.close()
    read = read_events(journal.path)
    assert [event.data for event in read] == begun
    assert as_json(read[1].data) == {"name": "coding", "kind": "loop", "max": 3}


def test_each_effect_has_structs_of_its_own() -> None:
    structs = [Event.of(0, "", kind, where, data).data for kind, where, data in small_run()]
    kinds = [type(struct) for struct in structs]
    assert {CompletionStarted, CompletionEnded, CommitEnded} <= set(kinds)
    answered = next(struct for struct in structs if isinstance(struct, CompletionEnded))
    assert (answered.effect, answered.result.usage.prompt_tokens) == ("completion", 100)


def test_an_older_journal_lacks_fields_and_has_others() -> None:
    assert typed("run.started", {"schema": "1.0"}) == RunStarted(schema="1.0")
    assert typed("note", {"text": "Mind it.", "colour": "red"}) == Note("Mind it.")


def test_what_a_newer_spec_decides_on_is_kept() -> None:
    newer = {
        "schema": "1.0",
        "limits": {"calls": 3, "joules": 5},
        "unknown": {"colour": "red"},
        "colour": "blue",
    }
    event = Event.of(0, "", "run.started", "", newer)
    assert isinstance(event.data, RunStarted)
    assert parse_event(event.line()) == event
    assert newer.items() <= as_json(event.data).items()


def test_an_event_of_an_unknown_kind_or_effect_is_kept() -> None:
    assert typed("run.sold", {"to": 1}) == UnknownEvent("run.sold", {"to": 1})
    data = {"effect": "dream", "ordinal": 0, "request": {}}
    assert as_json(typed("effect.started", data)) == data


@pytest.mark.parametrize(
    ("result", "field"),
    [
        ({"usage": {"prompt_tokens": "many"}}, "result.usage.prompt_tokens"),
        ({"usage": {"prompt_tokens": -1}}, "result.usage.prompt_tokens"),
        ({"cost": float("nan")}, "result.cost"),
        ({"cost": 10**400}, "result.cost"),
        ({"seconds": float("inf")}, "result.seconds"),
        ({"text": None}, "result.text"),
    ],
)
def test_a_field_that_is_wrong_is_named(result: dict[str, Any], field: str) -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 1, **result.pop("usage", {})}
    whole = {"text": "", "finish_reason": "stop", "usage": usage, "cost": None, **result}
    read = typed("effect.ended", {"effect": "completion", "ordinal": 0, "result": whole})
    assert isinstance(read, MalformedEvent)
    assert read.field == field
    assert as_json(read)["result"] == whole


def test_a_fork_holds_the_spec_it_works_by() -> None:
    order = started(name="Other")[2]
    names = {"run": "b", "name": "Other", "parent": "a", "at": "1.coding", "set": {"seed": 2}}
    forked = typed("run.forked", {**names, "order": order})
    assert isinstance(forked, RunForked)
    assert forked.spec.company_name == "pair"
    assert forked.spec.role_titles == {"programmer": "Programmer", "cto": "Chief"}
    assert forked.spec.top_steps == ["coding", "run_tests"]


@pytest.mark.parametrize("company", [{"company": 5}, {"roles": [], "chains": {"pair": "x"}}])
def test_cards_that_are_none_are_empty(company: dict[str, Any]) -> None:
    spec = RunStarted(company=company, chain="pair")
    assert (spec.company_name, spec.top_steps, spec.role_titles) == ("", [], {})


@pytest.mark.parametrize("text", ["plain", "\ud800 half a character", "two\nlines\u2028"])
def test_whatever_a_text_is_it_comes_back_from_a_line(text: str) -> None:
    event = Event(0, "now", "1.coding", DeliverableAccepted(fields={text: [text]}))
    line = event.line()
    assert line.count(b"\n") == 1
    assert parse_event(line) == event


@pytest.mark.parametrize(
    "line",
    [
        b'{"seq":0,"at":"","kind":"note","where":"","data":{"text":NaN}}\n',
        b'{"seq":0,"at":"","kind":"execution","where":"","data":{"checks":[{"seconds":Infinity}]}}\n',
        b'{"seq":0,"at":"","kind":"run.sold","where":"","data":{"to":NaN}}\n',
    ],
)
def test_what_cannot_be_read_is_written_again_as_it_was(line: bytes) -> None:
    assert parse_event(line).line() == line


def test_half_a_character_where_a_struct_should_be_is_a_wrong_field() -> None:
    data = {"order": "\ud800"}
    event = typed("run.forked", data)
    assert isinstance(event, MalformedEvent)
    assert as_json(event) == data


def test_every_kind_reads_whatever_it_is_given() -> None:
    for kind in KINDS:
        for text in ("{}", '{"text": []}', '{"effect": []}', '{"effect": "commit", "result": 5}'):
            assert typed(kind, json.loads(text)).kind_of_event == kind
