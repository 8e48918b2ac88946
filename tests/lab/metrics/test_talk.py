"""What is measured of a talk, of its cost and of its time, in journals written by hand."""

from typing import Any

import pytest
from msgspec.structs import replace

from company.lab.metrics.measure import measure
from tests.support.journals import Step, answered, asked, committed, ended, events, phase, started
from warehouse.journal.journal import Event

ROLES = {"role_models": {"programmer": "lmstudio:m", "cto": "lmstudio:m", "tester": "lmstudio:m"}}


def said(
    where: str, speaker: str, text: str, cost: float | None = 0.25, ordinal: int = 0
) -> list[Step]:
    """A reply of a role: 100 prompt tokens, 20 completion tokens, 2 seconds."""
    kind, place, data = asked(where, "a prompt of five words", ordinal)
    return [
        (kind, place, {**data, "speaker": speaker}),
        answered(where, text, ordinal, cost),
    ]


def delivered(where: str, kind: str = "files") -> Step:
    return "deliverable", where, {"phase": where, "kind": kind}


def measured(*steps: Step | list[Step], minutes: dict[int, int] | None = None) -> dict[str, Any]:
    """The metrics of these steps, all at noon, or by their number so many minutes later."""
    flat = [one for step in steps for one in (step if isinstance(step, list) else [step])]
    return measure([at_minute(one, (minutes or {}).get(one.seq, 0)) for one in events(flat)], {})


def at_minute(event: Event, minute: int) -> Event:
    return replace(event, at=f"2026-01-02T12:{minute:02}:00.000Z")


def test_words_are_runs_of_letters_and_digits_in_replies_and_not_in_prompts() -> None:
    found = measured(
        started(**ROLES),
        said("1.coding/turn-1", "programmer", "Don't use x_1 = 42; das wäre übel!"),
        said("1.coding/turn-1/remark", "cto", "AGREED."),
    )
    # Don t use x 1 42 das wäre übel; AGREED
    assert (found["words"], found["words.programmer"], found["words.cto"]) == (10, 9, 1)
    assert (found["talk_share.programmer"], found["talk_share.cto"]) == (0.9, 0.1)
    assert (found["calls.programmer"], found["calls.cto"]) == (1, 1)


def test_who_says_nothing_has_no_words_and_who_is_not_there_no_metric() -> None:
    found = measured(started(**ROLES), said("1.coding/turn-1", "programmer", "Done."))
    assert (found["words.tester"], found["talk_share.tester"], found["calls.tester"]) == (0, 0, 0)
    assert "words.reviewer" not in found


def test_a_person_talks_without_calling_a_model() -> None:
    who = {"effect": "answer", "ordinal": 0, "speaker": "cto"}
    found = measured(
        started(role_models={"programmer": "lmstudio:m"}, human_roles=["cto"]),
        ("effect.started", "1.ask", {**who, "request": {"question": "Well?"}}),
        ("effect.ended", "1.ask", {**who, "result": {"text": "Make it blue"}}),
    )
    assert (found["words.cto"], found["turns"], found["calls"], found["calls.cto"]) == (3, 1, 0, 0)
    assert found["cost"] == 0.0


def test_a_reply_sent_back_is_a_repair_and_no_further_turn() -> None:
    found = measured(
        started(),
        said("1.coding/turn-1", "programmer", "no file"),
        said("1.coding/turn-1/repair-1", "programmer", "a file"),
        said("1.coding/turn-1/revision-1", "programmer", "a better file"),
    )
    assert (found["calls"], found["turns"], found["repairs"]) == (3, 2, 2)


def test_agreement_is_the_mean_number_of_replies_of_talks_that_were_concluded() -> None:
    found = measured(
        started(),
        said("1.design/turn-1", "programmer", "a"),
        said("1.design/turn-1/remark", "cto", "no"),
        said("1.design/turn-2", "programmer", "b"),
        said("1.design/turn-2/remark", "cto", "no"),
        said("1.design/turn-3", "programmer", "c"),
        delivered("1.design", "decision"),
        said("2.review/round-1/review/turn-1", "programmer", "d"),
        delivered("2.review/round-1/review", "verdict"),
        # The prompt was too long, and the talk began again with a shorter one.
        said("3.coding/turn-1", "programmer", ""),
        said("3.coding/shorter-1/turn-1", "programmer", "e"),
        said("3.coding/shorter-1/turn-2", "programmer", "f"),
        delivered("3.coding"),
        said("4.manual/turn-1", "programmer", "g"),
        said("4.manual/turn-2", "programmer", "never agreed"),
    )
    assert found["agreement_turns"] == 2.0  # (3 + 1 + 2) / 3
    assert found["review_rounds"] == 1


def test_phases_that_failed_or_were_skipped_are_counted_and_other_steps_are_not() -> None:
    found = measured(
        started(),
        phase("1.coding", "Coding"),
        ended("1.coding"),
        phase("2.tests", "Tests"),
        ended("2.tests", "failed", "nothing usable"),
        ("step.started", "3.when", {"name": "when", "kind": "when"}),
        phase("3.when/fix", "Fix"),
        ended("3.when/fix", "skipped", "no check failed"),
        ended("3.when", "skipped"),
        committed("1.coding/commit", ("main.py", "added", 3, 0)),
        committed("2.tests/commit"),
    )
    assert (found["failed_phases"], found["skipped_phases"], found["commits"]) == (1, 1, 1)


def test_calls_without_an_answer_cost_tokens_and_are_no_calls() -> None:
    used = {"prompt_tokens": 40, "completion_tokens": 5, "cost": 0.5}
    failed = {"effect": "completion", "ordinal": 0, "error": "cut off", "used": used}
    found = measured(
        started(),
        ("effect.failed", "1.coding/turn-1", failed),
        said("1.coding/turn-1", "programmer", "x", 0.25),
    )
    assert (found["calls"], found["prompt_tokens"], found["completion_tokens"]) == (1, 140, 25)
    assert (found["tokens"], found["cost"], found["model_seconds"]) == (165, 0.75, 2.0)


def test_a_cost_of_which_a_part_is_unknown_is_unknown() -> None:
    found = measured(
        started(),
        said("1.a/turn-1", "programmer", "x", 0.25),
        said("2.b/turn-1", "programmer", "y", None),
    )
    assert (found["cost"], found["paid_cost"], found["tokens"]) == (None, None, 240)


def test_a_fork_counts_its_shared_past_and_pays_only_for_its_own() -> None:
    order = started()[2]
    found = measured(
        started(),  # 0
        said("1.a/turn-1", "programmer", "one two", None),  # 1, 2
        ("run.forked", "", {"run": "f", "parent": "p", "at": "2.b", "order": order}),  # 3
        said("2.b/turn-1", "programmer", "three", 0.25),  # 4, 5
        ("run.ended", "", {"status": "unverified", "exit_code": 1, "reason": ""}),  # 6
        minutes={2: 4, 3: 30, 4: 30, 5: 33, 6: 33},
    )
    assert (found["calls"], found["tokens"], found["cost"], found["words"]) == (2, 240, None, 3)
    assert (found["paid_calls"], found["paid_tokens"], found["paid_cost"]) == (1, 120, 0.25)
    assert (found["seconds"], found["paid_seconds"]) == ((4 + 3) * 60, 3 * 60)


@pytest.mark.parametrize(
    ("kinds", "minutes", "seconds"),
    [
        (["note"], [7], 420),
        (["run.paused", "run.continued", "note"], [2, 30, 31], 180),
        (["note", "run.resumed", "note"], [3, 40, 41], 240),  # killed after 3 minutes
        (["run.paused", "run.resumed", "note"], [2, 30, 31], 180),
        (["run.ended", "examination"], [5, 50], 300),
        (["run.ended", "examination", "run.resumed", "run.ended"], [5, 20, 30, 31], 360),
        (["note", "note"], [7, 3], 180),  # a clock that was set back
    ],
)
def test_time_is_that_of_all_sessions_without_pauses_and_what_came_after(
    kinds: list[str], minutes: list[int], seconds: float
) -> None:
    steps = [(kind, "", {}) for kind in kinds]
    found = measured(started(), *steps, minutes=dict(enumerate(minutes, 1)))
    assert found["seconds"] == seconds


@pytest.mark.parametrize(
    ("status", "verified"),
    [("verified", 1.0), ("failed", 0.0), ("unverified", 0.0), ("stopped", None), (None, None)],
)
def test_only_a_run_that_ended_is_verified_or_not(
    status: str | None, verified: float | None
) -> None:
    checks = [{"name": "start", "ok": status == "verified", "exit_code": 0}]
    steps: list[Step] = [started(), ("execution", "handover", {"checks": checks})]
    if status:
        steps.append(("run.ended", "", {"status": status, "exit_code": 0, "reason": ""}))
    assert measure(events(steps), {"main.py": b"x = 1\n"})["verified"] == verified
