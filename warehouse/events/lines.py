"""Reading the lines of a journal, also those that nobody should have written so."""

import functools
import io
import json
import operator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec

from warehouse.collector import resting_collector
from warehouse.errors import JournalError
from warehouse.events import KINDS
from warehouse.events.event import Event

MUCH = 1024 * 1024
"""Bytes from which on reading them makes so much that the garbage collector is in the way."""


class _Line(msgspec.Struct):
    """Any event, with whatever data."""

    seq: int
    at: str
    kind: str
    where: str
    data: dict[str, Any]

    def event(self) -> Event:
        return Event.of(self.seq, self.at, self.kind, self.where, self.data)


def _event_of(kind: str, data: Any) -> type[Event]:
    """The type of events of one kind: `kind` stands beside the data that it decides on."""
    field = "data", data
    return msgspec.defstruct(  # type: ignore[return-value]
        kind, [field], bases=(Event,), tag_field="kind", tag=kind, frozen=True
    )


_DECODER: msgspec.json.Decoder[Event] = msgspec.json.Decoder(
    functools.reduce(operator.or_, (_event_of(kind, data) for kind, data in KINDS.items()))
)
_PATIENT_DECODER = json.JSONDecoder()


def line_schema() -> dict[str, Any]:
    """The JSON schema of a line of a journal, as this softhouse writes it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of a softhouse journal",
        **msgspec.json.schema(_DECODER.type),
    }


def parse_lines(data: bytes, path: Path, before: int = 0) -> tuple[list[Event], int]:
    """The events of the whole lines in a piece of the journal at `path`, and the bytes these take.

    `before` lines stand before the piece. Lines of NULs at its end, which a power loss leaves, are passed
    over. Raises JournalError, naming the line, for what is no event.
    """
    whole = data[: data.rfind(b"\n") + 1]
    with resting_collector() if len(whole) >= MUCH else nullcontext():
        try:
            events = _DECODER.decode_lines(whole)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            events = []
        if len(events) == whole.count(b"\n"):
            return events, len(whole)
        return _parsed_one_by_one(io.BytesIO(whole).readlines(), path, before)


def _parsed_one_by_one(lines: list[bytes], path: Path, before: int) -> tuple[list[Event], int]:
    events: list[Event] = []
    size = 0
    for number, line in enumerate(lines):
        try:
            events.append(parse_event(line))
        except ValueError as reason:
            if all(b"\0" in each for each in lines[number:]):
                break
            place = f"{path}:{before + number + 1}"
            raise JournalError(f"{place} is not an event: {reason}") from None
        size += len(line)
    return events, size


def parse_event(line: bytes) -> Event:
    """The event of one line. Raises ValueError, saying what is wrong, for what is none."""
    try:
        return _DECODER.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _parse_patiently(line)


def _parse_patiently(line: bytes) -> Event:
    """The event of a kind that is not known, or with data that are not what they should be.

    Also what strict JSON lacks and Python writes all the same: lone surrogates, NaN, large numbers.
    """
    try:
        record = _PATIENT_DECODER.decode(line.decode("utf-8", "surrogatepass"))
        fields = {name: record[name] for name in _Line.__struct_fields__}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError(
            "the journal is damaged there. "
            "Copy it, cut it off before that line, and resume from the copy."
        ) from None
    try:
        return msgspec.convert(fields, _Line).event()
    except msgspec.ValidationError:
        raise ValueError("a field has the wrong type.") from None
