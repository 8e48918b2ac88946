"""Events that this softhouse cannot read: readers pass over them, and nobody goes on from them."""

from typing import ClassVar

from warehouse.events.base import EventData, Json


class UnknownEvent(EventData, frozen=True):
    """An event of a kind, or of an effect, that is not known here: of a newer softhouse, or of none."""

    KIND: ClassVar[str] = ""

    kind: str
    raw: Json
    """Its data as recorded."""

    @property
    def kind_of_event(self) -> str:
        return self.kind


class MalformedEvent(EventData, frozen=True):
    """An event of a known kind whose data are not what they should be."""

    KIND: ClassVar[str] = ""

    kind: str
    raw: Json
    """Its data as recorded."""
    field: str
    """The way to the field that is wrong, as `result.usage.prompt_tokens`; empty for all of it."""
    reason: str
    """What is wrong with the field."""

    @property
    def kind_of_event(self) -> str:
        return self.kind
