"""Events that a person jumps to: messages, phases, errors, tests, commits."""

from collections.abc import Callable
from typing import Literal, get_args

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
)
from warehouse.journal.journal import Event

Kind = Literal["event", "message", "phase", "error", "test", "commit"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def is_a(kind: Kind, event: Event) -> bool:
    """Whether an event is of a kind."""
    return _TESTS[kind](event.data)


def _is_message(data: EventData) -> bool:
    return isinstance(data, CompletionEnded | AnswerEnded)


def _is_phase(data: EventData) -> bool:
    return isinstance(data, StepStarted) and data.kind in ("phase", "handover")


def _is_error(data: EventData) -> bool:
    match data:
        case EffectFailed() | DeliverableRejected():
            return True
        case StepEnded(outcome="failed") | RunEnded(status="failed" | "stopped"):
            return True
        case ProductChecked(checks=checks, verified=False):
            return bool(checks)
    return False


def _is_test(data: EventData) -> bool:
    return isinstance(data, ProductChecked)


def _is_commit(data: EventData) -> bool:
    return isinstance(data, CommitEnded) and bool(data.result.files)


_TESTS: dict[Kind, Callable[[EventData], bool]] = {
    "event": lambda data: True,
    "message": _is_message,
    "phase": _is_phase,
    "error": _is_error,
    "test": _is_test,
    "commit": _is_commit,
}
