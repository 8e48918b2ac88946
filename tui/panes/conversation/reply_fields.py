"""A reply that is one JSON object, told as names and values: what a decision or verdict looks like."""

import json
from collections.abc import Iterator
from typing import Any

from rich.segment import Segment
from textual.strip import Strip

from tui.panes.conversation.block import Row, one_line, row
from tui.panes.conversation.inks import Inks
from tui.panes.conversation.wrapping import wrapped
from warehouse.terminal_text import safe_text

LONGEST = 20_000
"""Characters of a reply that is looked at."""
MOST_FIELDS = 40
_NAME_WIDTH = 14

Scalar = str | int | float | bool | None
Fields = dict[str, Scalar | list[Scalar]]


def fields_of(text: str) -> Fields | None:
    """The fields of a reply that is a flat JSON object, bare or in one fence; else None."""
    if len(text) > LONGEST:
        return None
    bare = text.strip().removeprefix("```json").removesuffix("```").strip()
    if not (bare.startswith("{") and bare.endswith("}")):
        return None
    try:
        fields = json.loads(bare)
    except (ValueError, RecursionError):
        return None
    flat = isinstance(fields, dict) and all(map(_is_flat, fields.values()))
    return fields if flat and 0 < len(fields) <= MOST_FIELDS else None


def field_rows(fields: Fields, width: int, inks: Inks) -> Iterator[Row]:
    """One field below the other: the name, and beside it the value."""
    names = {name: one_line(name) for name in fields}
    column = min(max(Strip([Segment(name)]).cell_length for name in names.values()), _NAME_WIDTH)
    if width < 3 * column:
        column = 0
    for name, value in fields.items():
        label = row((names[name], inks.dim))
        beside = 0 < label.strip.cell_length <= column
        if not beside:
            yield from (
                row((line, inks.dim), searchable=True) for line in wrapped(names[name], width)
            )
        margin = column + 2 if column else 2
        for number, (line, bullet) in enumerate(_value_lines(value, width - margin)):
            name_here = names[name] if beside and number == 0 else ""
            pad = " " * (margin - Strip([Segment(name_here)]).cell_length)
            pieces = (
                (name_here, inks.dim),
                (pad, inks.text),
                (bullet, inks.dim),
                (line, inks.text),
            )
            yield row(*pieces, searchable=True)


def _value_lines(value: Scalar | list[Scalar], width: int) -> Iterator[tuple[str, str]]:
    """The lines of a value, each with what stands before it."""
    if not isinstance(value, list):
        yield from ((line, "") for line in wrapped(_in_words(value), width))
    elif not value:
        yield "none", ""
    else:
        for item in value:
            for number, line in enumerate(wrapped(_in_words(item), width - 2)):
                yield line, "  " if number else "• "


def _in_words(value: Scalar) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else safe_text(str(value))


def _is_flat(value: Any) -> bool:
    scalar = str | int | float | None
    if isinstance(value, list):
        return all(isinstance(item, scalar) for item in value)
    return isinstance(value, scalar)
