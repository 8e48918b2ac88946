"""What a run has used: calls, tokens, money and time."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from company.lab.metrics.replies import Reply
from warehouse.journal import Event
from warehouse.summary import CLOCK_STARTS

CLOCK_STOPS = frozenset({"run.paused", "run.ended"})

Values = dict[str, float | int | None]


def spending(replies: Sequence[Reply], events: Iterable[Event]) -> Values:
    """Everything used, and by the names that begin with `paid_` what a fork itself has used."""
    own = [reply for reply in replies if reply.own]
    return {
        "calls": _calls(replies),
        "prompt_tokens": sum(reply.prompt_tokens for reply in replies),
        "completion_tokens": sum(reply.completion_tokens for reply in replies),
        "tokens": _tokens(replies),
        "cost": _cost(replies),
        "seconds": seconds_worked(events),
        "model_seconds": sum((reply.seconds for reply in replies if reply.by_model), 0.0),
        "paid_calls": _calls(own),
        "paid_tokens": _tokens(own),
        "paid_cost": _cost(own),
    }


def seconds_worked(events: Iterable[Event]) -> float:
    """The time of all sessions, also of a parent's that a fork shares, without pauses and
    without what came after the end. What is no time adds none."""
    total = timedelta()
    latest: datetime | None = None
    began: datetime | None = None
    for event in events:
        at = _time(event.at) or latest
        if event.kind in CLOCK_STARTS:
            total += _between(began, latest)
            began = at
        elif event.kind in CLOCK_STOPS:
            total += _between(began, at)
            began = None
        latest = at
    return (total + _between(began, latest)).total_seconds()


def _between(began: datetime | None, ended: datetime | None) -> timedelta:
    if began is None or ended is None:
        return timedelta()
    return max(ended - began, timedelta())


def _time(text: str) -> datetime | None:
    """A moment in UTC, else None."""
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _calls(replies: Iterable[Reply]) -> int:
    return sum(reply.by_model and reply.answered for reply in replies)


def _tokens(replies: Iterable[Reply]) -> int:
    return sum(reply.prompt_tokens + reply.completion_tokens for reply in replies)


def _cost(replies: Sequence[Reply]) -> float | None:
    costs = [reply.cost for reply in replies if reply.cost is not None]
    return sum(costs, 0.0) if len(costs) == len(replies) else None
