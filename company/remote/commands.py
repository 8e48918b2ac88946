"""What may be asked of a company at work, and how it is written on a line."""

from typing import Annotated

import msgspec
from msgspec import Meta

LONGEST_ANSWER = 50_000
"""Characters."""
LONGEST_INTERJECTION = 4_000
"""Characters; it is read in every later prompt of its role."""
Name = Annotated[str, Meta(max_length=1_000)]
"""Of a role or a place."""


class _Command(msgspec.Struct, frozen=True, tag_field="command", forbid_unknown_fields=True):
    """Anyone may have written it: a field that is not what it should be makes it none."""


class Pause(_Command, tag="pause", frozen=True):
    """Let nothing further begin. Calls in flight are finished."""


class GoOn(_Command, tag="go_on", frozen=True):
    """Go on after a pause."""


class Step(_Command, tag="step", frozen=True):
    """Go on until the next phase would begin, and pause there."""


class Stop(_Command, tag="stop", frozen=True):
    """End the run so that it can be resumed, as Ctrl-C does."""


class Raise(_Command, tag="raise", frozen=True):
    """Set limits, counted from the run's beginning; None leaves one as it is."""

    usd: float | None = None
    tokens: int | None = None
    calls: int | None = None
    seconds: float | None = None


class Say(_Command, tag="interject", frozen=True):
    """Say something to a role, by its name. It reads it in the next call it makes."""

    role: Name
    text: Annotated[str, Meta(max_length=LONGEST_INTERJECTION, pattern=r"\S")]


class Answer(_Command, tag="answer", frozen=True):
    """Answer the question a person was asked at a place (`Asking.where`)."""

    where: Name
    text: Annotated[str, Meta(max_length=LONGEST_ANSWER)]


Command = Pause | GoOn | Step | Stop | Raise | Say | Answer
_decoder: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)


def as_line(command: Command) -> bytes:
    """The command as one line of JSON. Raises ValueError where nobody could read it."""
    line = msgspec.json.encode(command) + b"\n"
    if read_line(line) != command:
        raise ValueError(command)
    return line


def read_line(line: bytes) -> Command | None:
    """The command of a line that anyone may have written; None where it is none."""
    try:
        return _decoder.decode(line)
    except (ValueError, RecursionError):
        return None
