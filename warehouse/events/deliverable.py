"""Events of deliverables: accepted, or sent back."""

from typing import ClassVar

from warehouse.events.base import EventData, Json


class DeliverableAccepted(EventData, frozen=True, omit_defaults=True):
    """A phase has yielded what it should."""

    KIND: ClassVar[str] = "deliverable"

    phase: str = ""
    kind: str = ""
    """`decision`, `verdict`, `report`, `files` or `document`; it decides what else is there."""
    fields: Json | None = None
    text: str | None = None
    files: tuple[str, ...] | None = None
    """Paths; what they hold is in the product."""


class DeliverableRejected(EventData, frozen=True):
    """A reply held no deliverable that can be used."""

    KIND: ClassVar[str] = "deliverable.rejected"

    phase: str = ""
    complaint: str = ""
    """What the role was told."""
