"""Tokens and money over time: a fold over a run's events."""

from dataclasses import dataclass

from warehouse.history.clock import RunClock
from warehouse.history.entries import Entry, Failed, Forked, Said
from warehouse.history.usage import NOTHING_USED, Usage
from warehouse.journal.journal import Event

MOST_POINTS = 1_024
"""When there are more, every second one goes: a plot has fewer columns."""


@dataclass(frozen=True, slots=True)
class Point:
    """All that was used when a call ended, after so many seconds of the run's working time."""

    seconds: float
    usage: Usage


BEGINNING = Point(0.0, NOTHING_USED)


class Course:
    """What was used so far, call by call. A fork begins at nothing: its past was paid for before."""

    def __init__(self) -> None:
        self.version = 0
        self.points: list[Point] = [BEGINNING]
        self._step = 1
        self._calls = 0
        self._clock = RunClock()

    @property
    def total(self) -> Usage:
        """What was used in all."""
        return self.points[-1].usage

    def add(self, event: Event, entry: Entry | None) -> None:
        """Take one more event into account."""
        self._clock.add(event)
        match entry:
            case Forked():
                self.points = [BEGINNING]
                self.version += 1
            case Said(model=model) if model:
                self._use(entry.usage)
            case Failed() if entry.usage.tokens:
                self._use(entry.usage)

    def _use(self, usage: Usage) -> None:
        self.version += 1
        self._keep(Point(self._clock.seconds, self.total + usage))

    def _keep(self, point: Point) -> None:
        """The last point is always there; of the others, one in `_step` calls."""
        self._calls += 1
        if len(self.points) > 1 and self._calls % self._step:
            self.points[-1] = point
            return
        self.points.append(point)
        if len(self.points) > MOST_POINTS:
            self.points = [BEGINNING, *self.points[2::2]]
            self._step *= 2
