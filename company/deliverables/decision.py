"""A decision: named facts that later phases and conditions know."""

from collections.abc import Mapping
from typing import Any, Self

from company.deliverables.kind import Bounds, Delivery, Memory, Origin
from company.deliverables.named_fields import NamedFields
from phases.steps.direct import DONE, NEXT


class Decision(NamedFields):
    """Facts that are settled."""

    does = "decides"

    def within(self, bounds: Bounds) -> Self:
        """Where a director chooses, its word is one of the choices."""
        if not bounds.choices or NEXT not in self.fields:
            return self
        word = {"one_of": [*bounds.choices, DONE]}
        fields: dict[str, Any] = {**self.fields, NEXT: word}
        return type(self)(fields)

    def apply(self, delivery: Delivery, origin: Origin, memory: Memory) -> Mapping[str, str]:
        memory.decisions[origin.phase] = delivery.fields
        return {}
