"""Reading the lines of a journal, also those that nobody should have written so."""

import functools
import json
import operator
from typing import Any

import msgspec

from warehouse.events import KINDS
from warehouse.events.event import Event


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


def parse_events(lines: bytes) -> list[Event]:
    """The events of whole lines at once. Raises ValueError where any of them must be read alone."""
    try:
        return _DECODER.decode_lines(lines)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ValueError("they are to be read one by one") from None


def parse_event(line: bytes) -> Event:
    """The event of one line. Raises ValueError, saying what is wrong, for what is none."""
    try:
        return _DECODER.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _parse_patiently(line)


def is_lost(line: bytes) -> bool:
    """Whether a line never reached the disk whole: it breaks off, or holds bytes we do not write."""
    return not line.endswith(b"\n") or b"\0" in line


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
