"""What may be asked of a company at work, and how it is written on a line."""

import json
import math
from dataclasses import asdict, dataclass

LONGEST_ANSWER = 50_000
"""Characters."""
LONGEST_INTERJECTION = 4_000
"""Characters; it is read in every later prompt of its role."""


@dataclass(frozen=True)
class Pause:
    """Let nothing further begin. Calls in flight are finished."""


@dataclass(frozen=True)
class GoOn:
    """Go on after a pause."""


@dataclass(frozen=True)
class Step:
    """Go on until the next phase would begin, and pause there."""


@dataclass(frozen=True)
class Stop:
    """End the run so that it can be resumed, as Ctrl-C does."""


@dataclass(frozen=True)
class Raise:
    """Set limits, counted from the run's beginning; None leaves one as it is."""

    usd: float | None = None
    tokens: int | None = None
    calls: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Say:
    """Say something to a role, by its name. It reads it in the next call it makes."""

    role: str
    text: str


@dataclass(frozen=True)
class Answer:
    """Answer the question a person was asked at a place (`Asking.where`)."""

    where: str
    text: str


Command = Pause | GoOn | Step | Stop | Raise | Say | Answer

_KINDS: dict[str, type[Command]] = {
    "pause": Pause,
    "go_on": GoOn,
    "step": Step,
    "stop": Stop,
    "raise": Raise,
    "interject": Say,
    "answer": Answer,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def as_line(command: Command) -> bytes:
    """The command as one line of JSON."""
    return json.dumps({"command": _NAMES[type(command)], **asdict(command)}).encode() + b"\n"


def read_line(line: bytes) -> Command | None:
    """The command of a line that anyone may have written; None where it is none."""
    try:
        record = json.loads(line)
        kind = _KINDS.get(record.pop("command", ""))
        command = kind(**record) if kind else None
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return command if command and _is_sound(command) else None


def _is_sound(command: Command) -> bool:
    """Whether every field is what it should be, and no text longer than may be read."""
    match command:
        case Raise(usd, tokens, calls, seconds):
            return all(map(_is_amount, (usd, seconds))) and all(map(_is_count, (tokens, calls)))
        case Say(role, text):
            return _is_text(role) and _is_text(text, LONGEST_INTERJECTION) and bool(text.strip())
        case Answer(where, text):
            return _is_text(where) and _is_text(text, LONGEST_ANSWER)
    return True


def _is_amount(value: object) -> bool:
    if value is None:
        return True
    return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]


def _is_count(value: object) -> bool:
    return value is None or type(value) is int


def _is_text(value: object, longest: int = 1_000) -> bool:
    """Whether it is text that can be written as UTF-8."""
    return isinstance(value, str) and len(value) <= longest and _is_utf8(value)


def _is_utf8(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
