"""Events that a person jumps to: messages, phases, errors, tests, commits."""

from collections.abc import Callable
from typing import Any, Literal, get_args

from warehouse.journal import Event

Kind = Literal["event", "message", "phase", "error", "test", "commit"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def is_a(kind: Kind, event: Event) -> bool:
    """Whether an event is of a kind."""
    return _TESTS[kind](event.kind, event.data)


def _is_message(kind: str, data: dict[str, Any]) -> bool:
    return kind == "effect.ended" and data.get("effect") in ("completion", "answer")


def _is_phase(kind: str, data: dict[str, Any]) -> bool:
    return kind == "step.started" and data.get("kind") in ("phase", "handover")


def _is_error(kind: str, data: dict[str, Any]) -> bool:
    match kind:
        case "effect.failed" | "deliverable.rejected":
            return True
        case "step.ended":
            return data.get("outcome") == "failed"
        case "execution":
            return bool(data.get("checks")) and data.get("verified") is not True
        case "run.ended":
            return data.get("status") in ("failed", "stopped")
    return False


def _is_test(kind: str, data: dict[str, Any]) -> bool:
    return kind == "execution"


def _is_commit(kind: str, data: dict[str, Any]) -> bool:
    if kind != "effect.ended" or data.get("effect") != "commit":
        return False
    result = data.get("result")
    return isinstance(result, dict) and bool(result.get("files"))


_TESTS: dict[Kind, Callable[[str, dict[str, Any]], bool]] = {
    "event": lambda kind, data: True,
    "message": _is_message,
    "phase": _is_phase,
    "error": _is_error,
    "test": _is_test,
    "commit": _is_commit,
}
