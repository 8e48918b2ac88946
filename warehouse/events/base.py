"""What all event data have in common, the plain types they are made of, and data that cannot be read.

Readers pass over what this softhouse cannot read, and nobody goes on from it.
"""

from typing import Annotated, Any, ClassVar

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
"""A whole number that JSON holds exactly, and that sums of it cannot make a nuisance."""
Whole = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
Number = Annotated[float, msgspec.Meta(ge=-1e15, le=1e15)]
"""A finite number: NaN and infinities, which Python writes and JSON lacks, are refused."""
Json = dict[str, Any]


class EventData(msgspec.Struct, frozen=True):
    """What an event says beside when and where; one class for each kind of event."""

    KIND: ClassVar[str]
    """The kind, as the journal names it."""

    @property
    def kind_of_event(self) -> str:
        """The kind, also where no class of its own stands for it."""
        return self.KIND


def classes(*kinds: type[EventData]) -> frozenset[type[EventData]]:
    """These structs and those derived from them.

    `type(event.data) in classes(…)` is the cheapest question that can be asked of each event of a
    long journal.
    """
    return frozenset(kinds).union(*(classes(*kind.__subclasses__()) for kind in kinds))


class UnreadableEvent(EventData, frozen=True):
    """An event that this softhouse cannot read; its data are kept as they were recorded."""

    KIND: ClassVar[str] = ""

    kind: str
    raw: Json

    @property
    def kind_of_event(self) -> str:
        return self.kind


class UnknownEvent(UnreadableEvent, frozen=True):
    """An event of a kind, or of an effect, that is not known here: of a newer softhouse, or of none."""


class MalformedEvent(UnreadableEvent, frozen=True):
    """An event of a known kind whose data are not what they should be."""

    field: str
    """The way to the field that is wrong, as `result.usage.prompt_tokens`; empty for all of it."""
    reason: str
    """What is wrong with the field."""
