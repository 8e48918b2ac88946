"""A run as a line in time: when each event came, and where the events are that people look for."""

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from typing import Literal

from warehouse.events import (
    AnswerEnded,
    CommitEnded,
    CompletionEnded,
    DeliverableRejected,
    EffectFailed,
    EventData,
    ProductChecked,
    RunEnded,
    StepEnded,
    StepStarted,
    WordsStreamed,
)
from warehouse.history.clock import RunClock
from warehouse.journal.journal import Event

Kind = Literal["event", "message", "phase", "error", "test", "commit"]
Mark = Literal["error", "failed test", "passed test", "commit", "phase"]
MARKS: tuple[Mark, ...] = ("error", "failed test", "passed test", "commit", "phase")
"""What matters most comes first."""
LONGEST_PAUSE = 20.0
"""Seconds a pause takes up on the line, so that a night's waiting does not push the rest together."""
MOMENT = 1e-6
"""Seconds in which nothing happens: what a place loses as a fraction does not lead to another event."""


def is_a(kind: Kind, event: Event) -> bool:
    """Whether an event is of a kind."""
    data = event.data
    match kind:
        case "event":
            return True
        case "message":
            return isinstance(data, CompletionEnded | AnswerEnded)
        case "phase":
            return isinstance(data, StepStarted) and data.kind in ("phase", "handover")
        case "error":
            return _is_error(data)
        case "test":
            return isinstance(data, ProductChecked)
        case "commit":
            return isinstance(data, CommitEnded) and bool(data.result.files)


def _is_error(data: EventData) -> bool:
    match data:
        case EffectFailed() | DeliverableRejected():
            return True
        case StepEnded(outcome="failed") | RunEnded(status="failed" | "stopped"):
            return True
        case ProductChecked(checks=checks, verified=False):
            return bool(checks)
    return False


class Timeline:
    """The events of a run in time; `extend` is cheap when only a few are new."""

    def __init__(self) -> None:
        self.marks: list[tuple[int, Mark]] = []
        """How many events are shown when a marked one is the last of them, and what it is."""
        self._places = array("d", [0.0])
        self._seconds = array("d", [0.0])
        self._clock = RunClock()

    def __len__(self) -> int:
        """How many events are known."""
        return len(self._places) - 1

    def extend(self, events: Sequence[Event], most: int | None = None) -> None:
        """Take the events that were not known before into account, at most so many of them."""
        known = len(self)
        if known >= len(events):
            return
        new = events[known : None if most is None else known + most]
        seconds, place = self._seconds[-1], self._places[-1]
        for position, event in enumerate(new, known + 1):
            self._clock.add(event)
            passed = self._clock.seconds_with_past - seconds
            if passed > 0.0:
                seconds += passed
                place += min(passed, LONGEST_PAUSE)
            self._seconds.append(seconds)
            self._places.append(place)
            if type(event.data) is not WordsStreamed and (mark := _mark_of(event)):
                self.marks.append((position, mark))

    def seconds(self, position: int) -> float:
        """Recorded seconds of work after so many events."""
        return self._seconds[self._within(position)]

    def place(self, position: int) -> float:
        """Where on the line the run is after so many events: 0.0 at its beginning, 1.0 at its end."""
        if not self._places[-1]:
            return position / len(self) if len(self) else 0.0
        return self._places[self._within(position)] / self._places[-1]

    def position(self, place: float) -> int:
        """After how many events the run is at a place on the line; the first is always shown."""
        place = min(max(place, 0.0), 1.0)
        if not self._places[-1]:
            return round(place * len(self))
        seconds = place * self._places[-1] + MOMENT
        return max(bisect_right(self._places, seconds) - 1, min(1, len(self)))

    def _within(self, position: int) -> int:
        return min(max(position, 0), len(self))


def _mark_of(event: Event) -> Mark | None:
    if isinstance(event.data, ProductChecked):
        if not event.data.checks:
            return None
        return "passed test" if event.data.verified else "failed test"
    marks: tuple[Literal["error", "commit", "phase"], ...] = ("error", "commit", "phase")
    return next((mark for mark in marks if is_a(mark, event)), None)
