"""A run as a line in time."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.journals import check_data, committed, phase, started
from tests.support.window_parts import at_seconds
from tui.run_state.timeline import LONGEST_PAUSE, Timeline
from warehouse.journal.journal import FILE_NAME, Event, read_events
from warehouse.runs.folders import DEMOS

WATERFALL = read_events(DEMOS / "demo-waterfall" / FILE_NAME)


def timeline_of(run: list[Event]) -> Timeline:
    timeline = Timeline()
    timeline.extend(run)
    return timeline


def executed(verified: bool, *checks: dict[str, object]) -> tuple[str, str, dict[str, object]]:
    return "execution", "1.a", {"verified": verified, "checks": list(checks), "summary": ""}


def test_it_tells_the_recorded_time_of_every_event() -> None:
    timeline = timeline_of(WATERFALL)
    assert len(timeline) == 668
    assert timeline.seconds(0) == timeline.seconds(1) == 0.0
    assert round(timeline.seconds(668), 2) == 239.26


def test_hours_between_two_sessions_are_no_time_of_the_run() -> None:
    steps = [started(), ("note", "", {}), ("run.resumed", "", {}), ("note", "", {})]
    timeline = timeline_of(at_seconds(list(zip((0.0, 4.0, 9_000.0, 9_001.0), steps, strict=True))))
    assert timeline.seconds(4) == 5.0


def test_a_pause_is_no_time_of_the_run() -> None:
    steps = [started(), ("run.paused", "", {}), ("note", "", {}), ("run.continued", "", {})]
    timeline = timeline_of(at_seconds(list(zip((0.0, 4.0, 9.0, 9_000.0), steps, strict=True))))
    assert [timeline.seconds(position) for position in (2, 3, 4)] == [4.0, 4.0, 4.0]


def test_a_long_wait_counts_in_full_and_takes_little_room() -> None:
    steps = [started(), ("note", "", {}), ("note", "", {})]
    timeline = timeline_of(at_seconds(list(zip((0.0, 4.0, 9_000.0), steps, strict=True))))
    assert timeline.seconds(3) == 9_000.0
    assert timeline.place(2) == 4.0 / (4.0 + LONGEST_PAUSE)


def test_every_place_leads_to_the_event_that_is_there() -> None:
    timeline = timeline_of(WATERFALL)
    assert timeline.position(1.0) == timeline.position(7.0) == len(WATERFALL)
    assert timeline.position(0.0) == 1, "something is always shown"
    for position in range(1, len(WATERFALL) + 1):
        found = timeline.position(timeline.place(position))
        assert found >= position
        assert timeline.place(found) == timeline.place(position)


def test_commits_tests_errors_and_phases_are_marked() -> None:
    steps = [
        started(),
        phase("1.a", "A"),
        *committed("1.a/commit", ("main.py", "added", 1, 0)),
        executed(False, check_data("tests", False)),
        executed(True, check_data("tests", True)),
        executed(False),
        ("effect.failed", "1.a", {"effect": "completion", "ordinal": 0}),
        ("words", "1.a", {"text": "…"}),
    ]
    timeline = timeline_of(at_seconds([(float(n), step) for n, step in enumerate(steps)]))
    assert timeline.marks == [
        (2, "phase"),
        (4, "commit"),
        (5, "failed test"),
        (6, "passed test"),
        (8, "error"),
    ]


class OnlySlices(list[Event]):
    """Events of which only slices are taken, and how long these were."""

    def __init__(self, events: list[Event]) -> None:
        super().__init__(events)
        self.taken: list[int] = []

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        self.taken.append(len(found))
        return found


def test_only_what_is_new_is_looked_at_however_long_the_run_is() -> None:
    timeline, events = Timeline(), OnlySlices(WATERFALL)
    for _ in range(5):
        timeline.extend(events, 300)
    assert events.taken == [300, 300, len(WATERFALL) - 600]
    assert timeline.marks == timeline_of(WATERFALL).marks


def test_more_events_add_to_what_is_known() -> None:
    grown = Timeline()
    for position in (1, 50, 50, 300, len(WATERFALL)):
        grown.extend(WATERFALL[:position])
    whole = timeline_of(WATERFALL)
    assert grown.marks == whole.marks
    assert [grown.place(n) for n in (1, 99, 668)] == [whole.place(n) for n in (1, 99, 668)]


@given(
    st.lists(
        st.sampled_from(
            [
                "2026-01-02T03:04:05Z",
                "2026-01-02T03:04:09Z",
                "2026-01-02T03:04:05",
                "",
                "x",
                "9" * 99,
            ]
        ),
        max_size=12,
    ),
    st.sampled_from(["words", "execution", "step.started", "run.resumed", "effect.ended"]),
    st.dictionaries(
        st.sampled_from(["effect", "result", "checks", "verified", "kind"]), st.none() | st.text()
    ),
)
def test_no_journal_however_odd_breaks_it(
    times: list[str], kind: str, data: dict[str, str]
) -> None:
    timeline = timeline_of([Event.of(n, at, kind, "", data) for n, at in enumerate(times)])
    places = [timeline.place(position) for position in range(len(times) + 1)]
    assert all(0.0 <= before <= after <= 1.0 for before, after in pairwise(places))
    assert all(0 <= timeline.position(place) <= len(times) for place in places)
