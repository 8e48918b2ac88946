"""Tokens and money over time: a fold over a run's events."""

from dataclasses import dataclass
from datetime import datetime

from warehouse.entries import Entry, Failed, Forked, Said
from warehouse.journal import Event
from warehouse.loose import mapping, number, whole
from warehouse.summary import SESSION_STARTS

MOST_POINTS = 1_024
"""When there are more, every second one goes: a plot has fewer columns."""


@dataclass(frozen=True, slots=True)
class Point:
    """All that was used when a call ended: `seconds` of the run's sessions, `cost` in US dollars."""

    seconds: float
    prompt_tokens: int
    completion_tokens: int
    cost: float


NOTHING = Point(0.0, 0, 0, 0.0)


class Course:
    """What was used so far, call by call. A fork begins at nothing: its past was paid for before."""

    def __init__(self) -> None:
        self.version = 0
        self.points: list[Point] = [NOTHING]
        self._step = 1
        self._calls = 0
        self._session_began: datetime | None = None
        self._earlier_seconds = 0.0
        self._last_at = ""

    @property
    def total(self) -> Point:
        """What was used in all."""
        return self.points[-1]

    def add(self, event: Event, entry: Entry | None) -> None:
        """Take one more event into account."""
        if event.kind in SESSION_STARTS:
            self._begin_session(event, afresh=isinstance(entry, Forked))
        self._last_at = event.at
        match entry:
            case Said(model=model) if model:
                tokens = entry.prompt_tokens, entry.completion_tokens
                self._use(event.at, *tokens, entry.cost or 0.0)
            case Failed() if "used" in event.data:
                used = mapping(event.data["used"])
                tokens = whole(used.get("prompt_tokens")), whole(used.get("completion_tokens"))
                self._use(event.at, *tokens, number(used.get("cost")))

    def _begin_session(self, event: Event, *, afresh: bool) -> None:
        self._earlier_seconds = self._seconds(self._last_at)
        if afresh:
            self._earlier_seconds = 0.0
            self.points = [NOTHING]
            self.version += 1
        self._session_began = _moment(event.at)

    def _use(self, at: str, prompt: int, completion: int, cost: float) -> None:
        self.version += 1
        last = self.total
        point = Point(
            max(self._seconds(at), last.seconds),
            last.prompt_tokens + prompt,
            last.completion_tokens + completion,
            last.cost + cost,
        )
        self._keep(point)

    def _keep(self, point: Point) -> None:
        """The last point is always there; of the others, one in `_step` calls."""
        self._calls += 1
        if len(self.points) > 1 and self._calls % self._step:
            self.points[-1] = point
            return
        self.points.append(point)
        if len(self.points) > MOST_POINTS:
            self.points = [NOTHING, *self.points[2::2]]
            self._step *= 2

    def _seconds(self, at: str) -> float:
        moment = _moment(at)
        if self._session_began is None or moment is None:
            return self._earlier_seconds
        try:
            passed = (moment - self._session_began).total_seconds()
        except TypeError:  # one tells its time zone, the other does not
            passed = 0.0
        return self._earlier_seconds + max(passed, 0.0)


def _moment(at: str) -> datetime | None:
    try:
        return datetime.fromisoformat(at)
    except (TypeError, ValueError):
        return None
