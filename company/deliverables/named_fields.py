"""Deliverables that are named facts: asked for as one JSON object."""

import json
from collections.abc import Mapping
from typing import Any

from company.deliverables.fields import read_fields
from company.deliverables.kind import DeliverableKind, Delivery
from phases.yields import FieldType

_EXAMPLES = {"str": '"…"', "bool": "true or false", "int": "0", "float": "0.0"}


class NamedFields(DeliverableKind):
    """Facts of known names and types."""

    def __init__(self, fields: Mapping[str, FieldType]) -> None:
        self._fields = fields

    @property
    def fields(self) -> Mapping[str, FieldType]:
        return self._fields

    def instructions(self, example: str | None = None) -> str:
        inside = ", ".join(f'"{name}": {_example(kind)}' for name, kind in self.fields.items())
        return f"Reply with one JSON object and nothing else: {{{inside}}}"

    def read(self, reply: str, current: Mapping[str, str]) -> Delivery:
        values = read_fields(reply, self.fields)
        text = "\n".join(f"{name}: {value}" for name, value in values.items())
        return Delivery(type(self).__name__.lower(), fields=values, text=text)

    def describe(self, delivery: Delivery) -> dict[str, Any]:
        return {"fields": delivery.fields}


def _example(kind: FieldType) -> str:
    if isinstance(kind, str):
        return _EXAMPLES[kind]
    if isinstance(kind, list):
        return '["…"]'
    return " or ".join(json.dumps(word, ensure_ascii=False) for word in kind["one_of"])
