"""Events of the steps of a chain, and of what they yield."""

from typing import ClassVar

from warehouse.events.base import Count, EventData, Json


class StepStarted(EventData, frozen=True, omit_defaults=True):
    """A step of the chain has begun."""

    KIND: ClassVar[str] = "step.started"

    name: str = ""
    kind: str = ""
    """Of a step its kind in YAML; of a place inside one what it is to it, such as `round` or `node`."""
    title: str = ""
    round: Count = 0
    max: Count = 0
    """Rounds or turns at most."""
    after: tuple[Count, ...] | None = None
    """Of a node: the numbers of the nodes it waits for."""


class StepEnded(EventData, frozen=True, omit_defaults=True):
    """A step of the chain has ended."""

    KIND: ClassVar[str] = "step.ended"

    outcome: str = ""
    """`done`, `skipped` or `failed`."""
    reason: str = ""


class DeliverableAccepted(EventData, frozen=True, omit_defaults=True):
    """A phase has yielded what it should."""

    KIND: ClassVar[str] = "deliverable"

    phase: str = ""
    kind: str = ""
    """What the phase `yields` in YAML; it decides what else is there."""
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
