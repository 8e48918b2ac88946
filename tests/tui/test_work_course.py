"""Tokens and money over time."""

from msgspec.structs import replace

from tests.support.journals import Step, answered, asked, events, forked, started
from tests.support.panes import state_of
from tui.run_state.course import MOST_POINTS
from warehouse.history.usage import Usage
from warehouse.journal.journal import Event


def _timed(steps: list[Step], seconds: float = 1.0) -> list[Event]:
    """Events with so many seconds between them."""
    return [
        replace(event, at=f"2026-01-02T03:{int(n * seconds) // 60:02}:{int(n * seconds) % 60:02}Z")
        for n, event in enumerate(events(steps))
    ]


def test_each_call_adds_to_what_was_used() -> None:
    steps = [started(), asked("1", "a"), answered("1", "b", cost=0.5)]
    steps += [asked("2", "a"), answered("2", "b", cost=0.25)]
    points = state_of(_timed(steps)).course.points
    assert [(point.seconds, point.usage) for point in points] == [
        (0.0, Usage()),
        (2.0, Usage(1, 100, 20, 0.5)),
        (4.0, Usage(2, 200, 40, 0.75)),
    ]


def test_the_time_between_two_sessions_does_not_count() -> None:
    steps = [started(), asked("1", "a"), answered("1", "b")]
    later = [("run.resumed", "", {}), asked("2", "a"), answered("2", "b")]
    first = _timed(steps)
    second = [replace(event, at=event.at.replace("T03", "T09")) for event in _timed(later)]
    assert [p.seconds for p in state_of([*first, *second]).course.points] == [0.0, 2.0, 4.0]


def test_a_fork_begins_at_nothing() -> None:
    steps = [started(), asked("1", "a"), answered("1", "b", cost=1.0), forked("1", "f")]
    assert state_of(_timed(steps)).course.total.cost == 0.0


def test_what_a_failed_call_used_counts_too() -> None:
    used = {"prompt_tokens": 7, "completion_tokens": 3, "cost": 0.1}
    failed = (
        "effect.failed",
        "1",
        {"effect": "completion", "ordinal": 0, "error": "lost", "used": used},
    )
    total = state_of(_timed([started(), asked("1", "a"), failed])).course.total
    assert (total.prompt_tokens, total.completion_tokens, total.cost) == (7, 3, 0.1)


def test_a_long_run_keeps_few_points_and_all_of_its_sum() -> None:
    calls = 5 * MOST_POINTS
    steps = [started()]
    for number in range(calls):
        steps += [asked(str(number), "a"), answered(str(number), "b")]
    course = state_of(_timed(steps, 0.01)).course
    assert len(course.points) <= MOST_POINTS + 1
    assert course.total.prompt_tokens == 100 * calls
    prompts = [point.usage.prompt_tokens for point in course.points]
    assert prompts == sorted(prompts)


def test_times_that_cannot_be_read_count_as_no_time() -> None:
    steps = [started(), asked("1", "a"), answered("1", "b")]
    broken = [replace(event, at="yesterday") for event in events(steps)]
    assert state_of(broken).course.points[-1].seconds == 0.0
    mixed = [replace(e, at="2026-01-02T03:04:05") if n else e for n, e in enumerate(events(steps))]
    assert state_of(mixed).course.points[-1].seconds == 0.0
