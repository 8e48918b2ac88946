"""When runs were worked on, and how long that was for many together.

Runs side by side pass the same minutes: what counts is the time in which one of them was at work.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from warehouse.journal import Event
from warehouse.summary import SESSION_STARTS

Session = tuple[float, float]
"""From when to when, in seconds of Unix time."""


def sessions_in(events: Iterable[Event]) -> Iterator[Session]:
    """The sessions a journal tells of, those of a shared past included; none of what is no time."""
    began = latest = ""
    for event in events:
        if event.kind in SESSION_STARTS:
            yield from _session(began, latest)
            began = event.at
        latest = event.at
        if event.kind == "run.ended":
            yield from _session(began, latest)
            began = ""
    yield from _session(began, latest)


def seconds_together(sessions: Iterable[Session]) -> float:
    """The time that at least one of the sessions takes up."""
    total, until = 0.0, float("-inf")
    for began, ended in sorted(sessions):
        total += max(ended - max(began, until), 0.0)
        until = max(until, ended)
    return total


def _session(began: str, ended: str) -> Iterator[Session]:
    try:
        session = _time(began), _time(ended)
    except (ValueError, OverflowError):
        return
    if session[0] < session[1]:
        yield session


def _time(text: str) -> float:
    at = datetime.fromisoformat(text)
    return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).timestamp()
