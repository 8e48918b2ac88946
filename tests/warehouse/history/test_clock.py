"""A run's time is that in which it was worked on; of many runs, that of at least one of them."""

from warehouse.history.clock import RunClock, seconds_together
from warehouse.journal.journal import Event


def event(kind: str, at: str) -> Event:
    return Event.of(0, f"2026-01-02T03:04:{at}Z" if at.isdecimal() else at, kind, "", {})


def lengths(*events: tuple[str, str]) -> list[float]:
    return [ended - began for began, ended in RunClock(event(*each) for each in events).spans]


def test_a_session_lasts_until_the_run_ends_or_until_its_last_event_where_it_was_killed() -> None:
    assert lengths(
        ("run.started", "00"), ("note", "04"), ("run.resumed", "10"), ("note", "11"),
        ("run.ended", "13"), ("examination", "50"),
    ) == [4.0, 3.0]  # fmt: skip


def test_what_is_no_time_adds_none() -> None:
    assert lengths(("run.started", "soon"), ("run.ended", "04")) == []
    assert lengths(("run.started", "04"), ("run.ended", "00")) == []
    assert lengths(("run.started", "00"), ("run.ended", "2026-01-02T03:04:05")) == [5.0]


def test_what_passed_at_the_same_time_counts_once() -> None:
    assert seconds_together([]) == 0.0
    assert seconds_together([(0, 10), (20, 30), (5, 12), (6, 7)]) == 22.0
