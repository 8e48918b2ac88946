"""What a run has used: calls, tokens, money and time."""

from collections.abc import Iterable, Sequence

from company.lab.metrics.replies import Reply
from warehouse.history.clock import RunClock
from warehouse.history.usage import total
from warehouse.journal.journal import Event

Values = dict[str, float | int | None]


def spending(replies: Sequence[Reply], events: Iterable[Event]) -> Values:
    """Everything used, and by the names that begin with `paid_` what a fork itself has used."""
    used = total(reply.usage for reply in replies)
    paid = total(reply.usage for reply in replies if reply.own)
    clock = RunClock(events)
    return {
        "calls": used.calls,
        "prompt_tokens": used.prompt_tokens,
        "completion_tokens": used.completion_tokens,
        "tokens": used.tokens,
        "cost": used.cost,
        "seconds": clock.seconds_with_past,
        "model_seconds": sum((reply.seconds for reply in replies if reply.by_model), 0.0),
        "paid_calls": paid.calls,
        "paid_tokens": paid.tokens,
        "paid_cost": paid.cost,
    }
