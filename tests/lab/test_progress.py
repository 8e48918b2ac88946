"""The tally of many runs: what was done, what was used, and what it is likely to come to."""

import pytest

from company.lab.execution.job_status import JobStatus
from company.lab.execution.progress import Tally
from warehouse.events import CheckOutcome, ProductEvaluated
from warehouse.history.summary import RunSummary
from warehouse.history.usage import Usage

NONE = JobStatus("new")
BROKEN = JobStatus("broken", problem="journal.jsonl:3 is not an event")


def evaluated(*passed: bool, status: str = "verified", **used: int) -> JobStatus:
    checks = tuple(CheckOutcome(f"check {n}", each, "", 0.0) for n, each in enumerate(passed))
    return JobStatus(
        "evaluated",
        RunSummary(status=status, usage=Usage(**used)),
        ProductEvaluated(None, "none", checks),
    )


def test_what_was_done_before_counts_as_done_and_not_for_the_pace() -> None:
    tally = Tally(3)
    tally.know({"a": evaluated(), "b": NONE, "c": NONE})
    assert (tally.done, tally.per_minute) == (1, None)
    tally.ended("b", evaluated())
    assert (tally.done, tally.evaluated) == (2, 2)
    assert tally.per_minute is not None
    assert tally.per_minute * tally.seconds == pytest.approx(60, rel=0.1)


def test_the_forecast_is_what_was_used_and_the_mean_of_it_for_the_rest() -> None:
    tally = Tally(4)
    assert tally.forecast is None
    tally.ended("a", evaluated(calls=2, prompt_tokens=100))
    tally.ended("b", evaluated(calls=4, prompt_tokens=300))
    assert tally.forecast == Usage(12, 800)
    tally.began("c", lambda: RunSummary(usage=Usage(20, 900)))
    assert tally.used == Usage(26, 1300)
    assert tally.forecast == Usage(26, 1300)


def test_complete_is_what_passed_every_check_it_was_given() -> None:
    tally = Tally(3)
    for job, job_status in {
        "a": evaluated(True, True),
        "b": evaluated(True, False),
        "c": evaluated(),
    }.items():
        tally.ended(job, job_status)
    assert (tally.completed, tally.checked) == (1, 2)


@pytest.mark.parametrize(
    ("passed", "status", "verdict"),
    [
        ((True, True), "unverified", "works"),
        ((True, False), "verified", "does not work"),
        ((), "unverified", "unverified"),
    ],
)
def test_acceptance_checks_say_what_became_of_a_job_whatever_its_run_saw(
    passed: tuple[bool, ...], status: str, verdict: str
) -> None:
    told: list[str] = []
    tally = Tally(1, on_change=lambda _, what: told.append(what))
    tally.ended("a", evaluated(*passed, status=status))
    assert told == [verdict]


def test_a_broken_journal_is_told_and_is_no_end() -> None:
    told: list[tuple[str, str]] = []
    tally = Tally(2, on_change=lambda job, what: told.append((job, what)))
    tally.know({"a": BROKEN, "b": NONE})
    tally.ended("b", BROKEN)
    assert told == [("a", BROKEN.problem), ("b", BROKEN.problem)]
    assert tally.problems == dict(told)
    assert (tally.done, tally.evaluated) == (2, 0)


def test_each_job_that_stops_is_told_once_with_what_it_has_used() -> None:
    told: list[tuple[str, int]] = []

    def hear(job: str, what: str) -> None:
        summary = tally.summary(job)
        told.append((what, summary.usage.calls if summary else 0))

    tally = Tally(1, on_change=hear)
    tally.know({"a": NONE})
    tally.began("a", lambda: RunSummary(usage=Usage(2)))
    tally.failed("a", "the provider refused")
    tally.ended("a", JobStatus("begun", RunSummary(status="stopped", usage=Usage(2))))
    assert told == [("began", 2), ("the provider refused", 2)]
    tally.began("a", lambda: RunSummary(usage=Usage(3)))
    tally.ended("a", evaluated(calls=3))
    assert told[2:] == [("began", 3), ("verified", 3)]
    assert tally.problems == {}


def test_a_view_that_fails_is_told_nothing_more_and_stops_no_run() -> None:
    told: list[str] = []

    def fail(job: str, what: str) -> None:
        told.append(job)
        raise ValueError("no terminal")

    tally = Tally(2, on_change=fail)
    tally.ended("a", evaluated())
    tally.ended("b", evaluated())
    assert (told, tally.done, str(tally.blind)) == (["a"], 2, "no terminal")
