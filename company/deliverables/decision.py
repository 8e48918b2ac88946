"""A decision: named facts that later phases and conditions know."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Self

from company.deliverables.kind import Bounds, Delivery, Memory, Origin, Unreadable
from company.deliverables.named_fields import NamedFields
from company.map.naming import named_in
from phases.steps.direct import DONE, NEXT
from phases.yields import FieldType
from warehouse.nearest import nearest_words

PATHS = ["path"]
"""The type of a list of files that are there."""
NOT_THERE = (
    "'{name}' names {path!r}, and the program has no such file{nearest}. Name there only files that the"
    " program has, by their paths."
)


class Decision(NamedFields):
    """Facts that are settled."""

    does = "decides"

    def __init__(self, fields: Mapping[str, FieldType], files: Collection[str] = ()) -> None:
        super().__init__(fields)
        self._files = files

    def within(self, bounds: Bounds) -> Self:
        """Where a director chooses, its word is one of the choices; files are those that are there."""
        fields: dict[str, Any] = dict(self.fields)
        if bounds.choices and NEXT in fields:
            fields[NEXT] = {"one_of": [*bounds.choices, DONE]}
        return type(self)(fields, bounds.files)

    def read(self, reply: str, current: Mapping[str, str], accepted: bool = False) -> Delivery:
        delivery = super().read(reply, current, accepted)
        if accepted or not self._files:
            return delivery
        faults, right = list[str](), dict[str, list[str]]()
        for name in (name for name, kind in self.fields.items() if kind == PATHS):
            right[name] = [path for path in delivery.fields[name] if named_in(path, self._files)]
            wrong = [path for path in delivery.fields[name] if path not in right[name]]
            faults += [self._fault(name, path) for path in wrong[:1]]
        if not faults:
            return delivery
        usable = replace(delivery, fields={**delivery.fields, **right})
        raise Unreadable(" ".join(faults), usable=usable if any(right.values()) else None)

    def _fault(self, name: str, path: str) -> str:
        alike = ", ".join(nearest_words(path, self._files, 3))
        nearest = f" (it has {alike})" if alike else ""
        return NOT_THERE.format(name=name, path=path, nearest=nearest)

    def apply(self, delivery: Delivery, origin: Origin, memory: Memory) -> Mapping[str, str]:
        memory.decisions[origin.phase] = delivery.fields
        return {}
