"""Facts of a run by name, and the rows that two runs make side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DEEPEST = 12
"""Levels of a value that are kept; a journal may nest deeper than anything can be walked."""

Facts = dict[str, Any]
"""Name → plain JSON value; None where there is nothing to tell."""


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of both runs; None where a run has nothing to tell of it."""

    name: str
    a: Any
    b: Any

    @property
    def differs(self) -> bool:
        return bool(self.a != self.b)


def paired(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[Row, ...]:
    """A row for every fact that either run has to tell, in the order they are told."""
    rows = (Row(name, a.get(name), b.get(name)) for name in dict.fromkeys((*a, *b)))
    return tuple(row for row in rows if row.a is not None or row.b is not None)


def bounded(value: Any, depth: int = DEEPEST) -> Any:
    """The value without what is nested deeper than `depth`."""
    if isinstance(value, dict):
        inner = value.items() if depth else ()
        return {key: bounded(below, depth - 1) for key, below in inner}
    if isinstance(value, list):
        return [bounded(below, depth - 1) for below in value] if depth else []
    return value
