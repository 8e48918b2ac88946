"""The JSON schema of named fields, in the strict form providers ask for."""

from collections.abc import Mapping
from typing import Any

from phases.yields import FieldType

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
