"""The deliverable of one talk while it is made: read, sent back, shown to whoever must accept it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from company.deliverables.kind import DeliverableKind, Delivery
from company.engine.approval import Approval
from company.engine.conversation import NoConclusion
from company.engine.effects import Effects
from warehouse.events import DeliverableRejected

CHANGED_NOTHING = "the reply leaves every file as it was"
"""Such a reply does not go back: asked again in the same talk, the embedded model repeated it; a new
round, with a new look at the fault, sometimes helps."""


@dataclass
class Draft:
    """What one talk is held for. What was sent back is the ground that the next reply builds on."""

    kind: DeliverableKind
    phase: str
    effects: Effects
    product: Mapping[str, str]
    """The files that are text, before."""
    approval: Approval | None = None
    _sent_back: dict[str, str] = field(default_factory=dict)

    def read(self, reply: str) -> Delivery:
        """The deliverable in a reply.

        Raises Unreadable with the complaint to the role, NoConclusion where it changes nothing.
        """
        ground = {**self.product, **self._sent_back}
        delivery = self.kind.read(reply, ground)
        if self.kind.changes_nothing(delivery, ground):
            raise NoConclusion(CHANGED_NOTHING)
        return replace(delivery, files={**self._sent_back, **delivery.files})

    def rejected(self, where: str, complaint: str) -> None:
        """Record that a reply goes back, and why."""
        self.effects.emit(DeliverableRejected(self.phase, complaint), where)

    async def objection(self, where: str, delivery: Delivery) -> str | None:
        """What the person who must accept it wants changed; None for consent, or without such one."""
        objection = await self.approval.objection(where, delivery) if self.approval else None
        if objection is not None:
            self._sent_back = delivery.files
        return objection
