"""One line of a journal: when and where something happened, and the struct that says what."""

import json
from typing import Any

import msgspec

from warehouse.events.base import EventData, UnreadableEvent
from warehouse.events.conversion import as_json, typed
from warehouse.events.run import NewerSpec, RunForked, VersionStarted

_ENCODER = msgspec.json.Encoder()
_PATIENT_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Event(msgspec.Struct, frozen=True, eq=False):
    """One thing that happened. `at` is UTC in ISO 8601; `where` is the path of the step."""

    seq: int
    at: str
    where: str
    data: EventData
    """What happened."""

    @classmethod
    def of(cls, seq: int, at: str, kind: str, where: str, data: dict[str, Any]) -> "Event":
        """The event of a kind and its data in JSON, whatever they are."""
        return cls(seq, at, where, typed(kind, data))

    @property
    def kind(self) -> str:
        """Which kind of event it is, as the journal names it."""
        return self.data.kind_of_event

    def line(self) -> bytes:
        """The event as a journal holds it."""
        head = {"seq": self.seq, "at": self.at, "kind": self.kind, "where": self.where}
        return _encoded(head)[:-1] + b',"data":' + self.recorded_data() + b"}\n"

    def recorded_data(self) -> bytes:
        """The data alone, in JSON, as a journal holds them."""
        holds = self.data
        if isinstance(holds, RunForked | VersionStarted):
            holds = holds.spec
        if isinstance(holds, UnreadableEvent | NewerSpec):
            return _patiently_encoded(as_json(self.data))
        return _encoded(self.data)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Event):
            return NotImplemented
        ours = self.seq, self.at, self.where, self.data
        return ours == (other.seq, other.at, other.where, other.data)

    __hash__ = None  # type: ignore[assignment]


def _encoded(value: object) -> bytes:
    try:
        return _ENCODER.encode(value)
    except (ValueError, OverflowError):
        return _patiently_encoded(msgspec.to_builtins(value))


def _patiently_encoded(value: object) -> bytes:
    """What strict JSON lacks and replies hold all the same: lone surrogates, huge numbers."""
    return _PATIENT_ENCODER.encode(value).encode("utf-8", "backslashreplace")
