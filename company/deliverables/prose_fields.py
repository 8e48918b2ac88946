"""Fields read from prose, where it can mean one thing only."""

import re
from collections.abc import Mapping
from typing import Any

from company.deliverables.field_values import mentions
from phases.yields import FieldType

_BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+(?P<said>.+)$")
_NAMED = re.compile(
    r"^[\s>*#\-\"'`]*(?P<name>[A-Za-z][\w -]{0,63}?)[\"'`*]*\s*[:=]\s*(?P<said>.*)$"
)
_APPROVED = re.compile(
    r"(?i)^\W*(?:yes|approved|lgtm|i approve|the (?:code|program) is approved)\b(?!\s*\?)"
)
_REJECTED = re.compile(r"(?i)^\W*(?:no|not approved|rejected|changes requested|i do not approve)\b")


def prose_fields(text: str, fields: Mapping[str, FieldType]) -> dict[str, Any] | None:
    """Values by field name, or None where the prose does not settle every field that is needed."""
    prose = text.strip()
    if not prose:
        return None
    values = _lines_by_name(prose, fields)
    needed = [name for name, kind in fields.items() if not isinstance(kind, list)]
    if needed and all(name in values for name in needed):
        return values
    if len(needed) != 1:
        return None
    name = needed[0]
    kind = fields[name]
    value: Any = None
    if kind == "bool":
        value = _verdict(prose)
    elif isinstance(kind, dict):
        options = [option for option in kind["one_of"] if mentions(prose, option)]
        value = options[0] if len(options) == 1 else None
    elif kind == "str" and len(fields) == 1 and "{" not in prose:
        value = prose
    if value is None:
        return None
    return {name: value} | {each: _bullets(prose) for each in fields if each != name}


def _lines_by_name(text: str, fields: Mapping[str, FieldType]) -> dict[str, Any]:
    """`Name: value` lines, and the bullets below a name; a name said twice settles nothing."""
    names = {plain_name(name): name for name in fields}
    values: dict[str, Any] = {}
    twice: set[str] = set()
    last: str | None = None
    for line in text.splitlines():
        match = _NAMED.match(line)
        name = names.get(plain_name(match["name"])) if match else None
        if match and name:
            if name in values:
                twice.add(name)
            values[name], last = match["said"].strip(" *`"), name
        elif last and isinstance(fields[last], list) and (bullet := _BULLET.match(line)):
            items = values[last] if isinstance(values[last], list) else [values[last]]
            values[last] = [*items, bullet["said"]]
    return {name: value for name, value in values.items() if name not in twice}


def _verdict(text: str) -> bool | None:
    if _REJECTED.match(text):
        return False
    return (
        True
        if _APPROVED.match(text) and not re.search(r"(?i)\b(?:but|not|however)\b", text)
        else None
    )


def _bullets(text: str) -> list[str]:
    return [bullet["said"] for line in text.splitlines() if (bullet := _BULLET.match(line))]


def plain_name(name: str) -> str:
    """A field's name, however a model spells it."""
    return "".join(character for character in name.lower() if character.isalnum())
