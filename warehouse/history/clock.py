"""How long a run was worked on: the one clock, which every view and figure reads.

It runs from the beginning of a session to the last event of it, stands still while the run is
paused, and is not moved by what is recorded after the end. What is no time adds none. Watched again,
a run passes at a pace.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from warehouse.events import (
    RunContinued,
    RunEnded,
    RunForked,
    RunPaused,
    RunResumed,
    RunStarted,
    VersionStarted,
    classes,
)
from warehouse.journal.journal import Event

CLOCK_STARTS = classes(RunStarted, RunResumed, RunForked, VersionStarted, RunContinued)
CLOCK_STOPS = classes(RunPaused, RunEnded)

Span = tuple[float, float]
"""From when to when a run was worked on, in seconds of Unix time."""


class RunClock:
    """The working time of a run, event by event."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.shared = 0.0
        """Seconds of the past that a fork has in common with its parents."""
        self.runs = False
        """Whether time passes after the last event: it does not in a pause, nor after the end."""
        self._spans: list[Span] = []
        self._earlier = 0.0
        self._began: datetime | None = None
        self._latest = ""
        for event in events:
            self.add(event)

    @property
    def seconds(self) -> float:
        """Seconds worked up to the last event; of a fork those since it left its parent."""
        return self._earlier + self._passed()

    @property
    def seconds_with_past(self) -> float:
        """Seconds worked up to the last event, the shared past of a fork included."""
        return self.shared + self._earlier + self._passed()

    @property
    def spans(self) -> list[Span]:
        """When the run was worked on, the shared past of a fork included."""
        return [*self._spans, *self._span()]

    def add(self, event: Event) -> None:
        """Take one more event into account."""
        kind = type(event.data)
        if kind in CLOCK_STARTS and not (self.runs and kind is RunContinued):
            self._stop()
            self._latest = event.at
            self._began, self.runs = _time(event.at), True
            if kind is RunForked:
                self.shared += self._earlier
                self._earlier = 0.0
        elif self.runs:
            self._latest = event.at
            if kind in CLOCK_STOPS:
                self._stop()
                self.runs = False

    def _stop(self) -> None:
        self._spans += self._span()
        self._earlier += self._passed()
        self._began = None

    def _span(self) -> list[Span]:
        passed = self._passed()
        if self._began is None or not passed:
            return []
        began = self._began.timestamp()
        return [(began, began + passed)]

    def _passed(self) -> float:
        # Times are read when somebody asks, not for each of a long journal's events.
        if self._began is None or (latest := _time(self._latest)) is None:
            return 0.0
        return max((latest - self._began).total_seconds(), 0.0)


def seconds_together(spans: Iterable[Span]) -> float:
    """The time that at least one of the spans takes up: runs side by side pass the same minutes."""
    total, until = 0.0, float("-inf")
    for began, ended in sorted(spans):
        total += max(ended - max(began, until), 0.0)
        until = max(until, ended)
    return total


def moment(at: str) -> float | None:
    """A recorded time in seconds since 1970, as UTC where it names no zone; None for what is none."""
    time = _time(at)
    return None if time is None else time.timestamp()


def _time(at: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(at)
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Pace:
    """How fast recorded time passes."""

    speed: float = 1.0
    """Recorded seconds in a real one; infinite for no pauses at all."""
    longest_pause: float = 3.0
    """Real seconds after which a pause ends, however long the recorded one was."""

    def pause(self, before: Event, after: Event) -> float:
        """Real seconds between two events; none where their times cannot be read."""
        try:
            past, present = datetime.fromisoformat(before.at), datetime.fromisoformat(after.at)
            recorded = (present - past).total_seconds()
        except (TypeError, ValueError):
            return 0.0
        return min(max(recorded, 0.0) / self.speed, self.longest_pause)

    def recorded(self, seconds: float) -> float:
        """The recorded seconds that pass in so many real ones."""
        return 0.0 if math.isinf(self.speed) else seconds * self.speed
