"""Phases: exactly one kind of work, exactly one kind of deliverable."""

from typing import Any

import pytest
from pydantic import ValidationError

from phases.phase import Phase
from phases.yields import Yields

TALK: dict[str, Any] = {
    "name": "coding",
    "title": "Coding",
    "talk": {"instructor": "cto", "assistant": "programmer"},
    "sees": ["task"],
    "yields": {"files": {}},
    "prompt": "{{ task }}",
}
RUN = {"name": "run_tests", "title": "Tests", "run": "tests"}
ASK = {"name": "look", "title": "Look", "ask": {"who": "human"}, "prompt": "Is it good?"}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in TALK.items() if name != key}


@pytest.mark.parametrize("card", [TALK, RUN, ASK])
def test_a_phase_loads_again_from_its_dump(card: dict[str, Any]) -> None:
    phase = Phase.model_validate(card)
    assert Phase.model_validate(phase.model_dump(mode="json", by_alias=True)) == phase


def test_a_talk_takes_one_turn_and_asks_nothing_back_unless_told() -> None:
    talk = Phase.model_validate(TALK).talk
    assert talk is not None
    assert (talk.turns, talk.clarify, talk.reflect) == (1, 0, False)


@pytest.mark.parametrize(
    ("card", "complaint"),
    [
        (TALK | {"run": "tests"}, "exactly one of 'talk', 'run' and 'ask'"),
        (without("talk"), "none of them"),
        (without("prompt"), "needs a prompt"),
        (TALK | {"prompt": " \n"}, "needs a prompt"),
        (without("yields"), "must yield something"),
        (RUN | {"prompt": "x"}, "remove 'prompt'"),
        (ASK | {"yields": {"files": {}}}, "cannot be files"),
        (TALK | {"sees": ["task", "task"]}, "names something twice"),
        (TALK | {"sees": ["secrets"]}, "Input should be 'task'"),
        (TALK | {"talk": {"instructor": "a", "assistant": "b", "turns": 51}}, "less than or equal"),
        (TALK | {"talk": {"instructor": "a", "assistant": "b", "turns": "2"}}, "valid integer"),
        (TALK | {"run": "rm -rf /"}, "exactly one of|Input should be"),
    ],
)
def test_a_phase_that_makes_no_sense_is_refused(card: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Phase.model_validate(card)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ({"decision": {"language": "str", "tags": ["str"]}}, "decision"),
        ({"decision": {"kind": {"one_of": ["window", "web"]}}}, "decision"),
        ({"verdict": {"approved": "bool", "comments": ["str"]}}, "verdict"),
        ({"files": {"only": ["test_*.py"], "edits": False, "at_most": 2}}, "files"),
        ({"document": "MANUAL.md"}, "document"),
        ({"report": None}, "report"),
        ({"report": {"mood": "str"}}, "report"),
    ],
)
def test_a_deliverable_knows_its_kind_and_is_dumped_as_written(
    written: dict[str, Any], kind: str
) -> None:
    yields = Yields.model_validate(written)
    assert yields.kind == kind
    assert yields.model_dump(mode="json") == written


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"files": {}, "document": "x.md"},
        {"decision": {}},
        {"decision": {"x": "string"}},
        {"decision": {"x": ["int"]}},
        {"decision": {"x": ["str", "str"]}},
        {"decision": {"x": {"one_of": ["only"]}}},
        {"decision": {"x": {"one_of": ["a", "b"], "more": 1}}},
        {"decision": {"Not a name": "str"}},
        {"verdict": {"comments": ["str"]}},
        {"verdict": {"approved": "str"}},
        {"document": "../MANUAL.md"},
        {"document": "/etc/passwd"},
        {"document": "a\\b.md"},
        {"document": "a//b.md"},
        {"document": "a\nb.md"},
        {"document": ""},
        {"files": {"only": []}},
        {"files": {"only": ["../*.py"]}},
        {"files": {"at_most": 0}},
    ],
)
def test_what_is_no_deliverable_is_refused(written: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Yields.model_validate(written)
