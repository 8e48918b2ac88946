"""A report: free text or named facts, kept as history and not committed."""

from collections.abc import Mapping
from typing import Any

from company.deliverables.kind import Delivery, Memory, Origin
from company.deliverables.named_fields import NamedFields
from phases.yields import FieldType


class Report(NamedFields):
    """Something found out; without fields any text will do."""

    does = "finds something out"
    cites = True

    def __init__(self, fields: Mapping[str, FieldType] | None) -> None:
        super().__init__(fields or {})

    def instructions(self, example: str | None = None) -> str:
        return super().instructions() if self.fields else ""

    def read(self, reply: str, current: Mapping[str, str], accepted: bool = False) -> Delivery:
        return (
            super().read(reply, current, accepted)
            if self.fields
            else Delivery("report", text=reply.strip())
        )

    def describe(self, delivery: Delivery) -> dict[str, Any]:
        return {"fields": delivery.fields, "text": delivery.text}

    def apply(self, delivery: Delivery, origin: Origin, memory: Memory) -> Mapping[str, str]:
        memory.reports[origin.title] = delivery.text
        return {}
