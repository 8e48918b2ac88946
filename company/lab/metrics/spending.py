"""What a run has used: calls, tokens, money and time."""

from collections.abc import Iterable, Sequence

from company.lab.metrics.replies import Reply
from warehouse.history.clock import RunClock
from warehouse.journal import Event

Values = dict[str, float | int | None]


def spending(replies: Sequence[Reply], events: Iterable[Event]) -> Values:
    """Everything used, and by the names that begin with `paid_` what a fork itself has used."""
    own = [reply for reply in replies if reply.own]
    clock = RunClock(events)
    return {
        "calls": _calls(replies),
        "prompt_tokens": sum(reply.prompt_tokens for reply in replies),
        "completion_tokens": sum(reply.completion_tokens for reply in replies),
        "tokens": _tokens(replies),
        "cost": _cost(replies),
        "seconds": clock.shared + clock.seconds,
        "model_seconds": sum((reply.seconds for reply in replies if reply.by_model), 0.0),
        "paid_calls": _calls(own),
        "paid_tokens": _tokens(own),
        "paid_cost": _cost(own),
    }


def _calls(replies: Iterable[Reply]) -> int:
    return sum(reply.by_model and reply.answered for reply in replies)


def _tokens(replies: Iterable[Reply]) -> int:
    return sum(reply.prompt_tokens + reply.completion_tokens for reply in replies)


def _cost(replies: Sequence[Reply]) -> float | None:
    costs = [reply.cost for reply in replies if reply.cost is not None]
    return sum(costs, 0.0) if len(costs) == len(replies) else None
