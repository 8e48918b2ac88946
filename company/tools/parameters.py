"""The arguments of a tool as a JSON schema that every provider takes: few words, always in the same order."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

_UNDERSTOOD = ("type", "description", "enum", "items", "minimum", "maximum")
"""Words of a schema that no provider refuses; what else must hold is told when it does not."""


@cache
def parameters_of(arguments: type[BaseModel]) -> Mapping[str, Any]:
    """The schema of the arguments, as `parameters` of a function in the OpenAI protocol."""
    schema = arguments.model_json_schema()
    about = {name: _plain(each) for name, each in schema.get("properties", {}).items()}
    required = {"required": schema["required"]} if "required" in schema else {}
    return {"type": "object", "properties": about, **required, "additionalProperties": False}


def _plain(about: Mapping[str, Any]) -> dict[str, Any]:
    """One argument; what may be left out may be null too, which needs no word."""
    kinds = [kind for kind in about.get("anyOf", ()) if kind.get("type") != "null"]
    whole = {**about, **kinds[0]} if kinds else about
    return {word: whole[word] for word in _UNDERSTOOD if word in whole}
