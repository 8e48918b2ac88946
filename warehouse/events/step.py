"""Events of the steps of a chain."""

from typing import ClassVar

from warehouse.events.base import Count, EventData


class StepStarted(EventData, frozen=True, omit_defaults=True):
    """A step of the chain has begun."""

    KIND: ClassVar[str] = "step.started"

    name: str = ""
    kind: str = ""
    """`phase`, `loop`, `round`, `parallel`, `when`, `chain`, `each`, `part`, `graph`, `node`, `edge`,
    `direct`, `turn` or `handover`."""
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
