"""Deliverables that are named facts: asked for as one JSON object.

Providers get a JSON schema of them in the strict form they ask for. They are read from JSON as models
write it, or from prose where it can mean one thing.
"""

import json
from collections.abc import Mapping
from typing import Any

from company.deliverables.field_values import NotA, value_of
from company.deliverables.json_objects import json_objects
from company.deliverables.kind import DeliverableKind, Delivery, Unreadable
from company.deliverables.prose_fields import plain_name, prose_fields
from company.deliverables.reply_text import plain
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

    def read(self, reply: str, current: Mapping[str, str], accepted: bool = False) -> Delivery:
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


def read_fields(reply: str, fields: Mapping[str, FieldType]) -> dict[str, Any]:
    """The value of every field, of its type, in the order of `fields`.

    The last JSON object that has one of the fields counts. Unknown fields are left out, and a
    missing list is an empty one. Raises `Unreadable`, naming each field that is missing or wrong.
    """
    text = plain(reply)
    raw = next(
        (known for each in json_objects(text) if (known := _known(each, fields)) is not None), None
    )
    if raw is None:
        raw = prose_fields(text, fields)
    if raw is None:
        raise Unreadable(f"Your reply holds no JSON object. {_request(fields)}")
    values, faults = {}, []
    for name, kind in fields.items():
        try:
            values[name] = value_of(raw.get(name), kind)
        except NotA as error:
            faults.append(f"'{name}' {error}")
    if faults:
        raise Unreadable(f"{'; '.join(faults)}. {_request(fields)}")
    return values


def _known(values: Mapping[str, Any], fields: Mapping[str, FieldType]) -> dict[str, Any] | None:
    """The wanted fields of an object, or of the one object inside it; None if it has none."""
    plain_names = {plain_name(name): value for name, value in values.items()}
    known = {
        name: plain_names[plain_name(name)] for name in fields if plain_name(name) in plain_names
    }
    if known:
        return known
    inner = [value for value in values.values() if isinstance(value, dict)]
    return _known(inner[0], fields) if len(values) == 1 and inner else None


def _request(fields: Mapping[str, FieldType]) -> str:
    return f"Reply with one JSON object that has the fields {', '.join(fields)}, and nothing else."


_SIMPLE = {"str": "string", "bool": "boolean", "int": "integer", "float": "number"}


def json_schema(fields: Mapping[str, FieldType]) -> dict[str, Any]:
    """A schema for `response_format`: every field required, no other allowed."""
    return {
        "type": "object",
        "properties": {name: _schema(kind) for name, kind in fields.items()},
        "required": list(fields),
        "additionalProperties": False,
    }


def _schema(kind: FieldType) -> dict[str, Any]:
    if isinstance(kind, str):
        return {"type": _SIMPLE[kind]}
    if isinstance(kind, list):
        return {"type": "array", "items": {"type": "string"}}
    return {"type": "string", "enum": list(kind["one_of"])}
