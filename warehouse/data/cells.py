"""Values of databases as journals keep them: what JSON has, and text for all else."""

import json
import math
from decimal import Decimal

from warehouse.events.rows import Cell

LONGEST = 2_000
"""Characters of one value that are kept."""
EXACT = 2**53
"""The largest whole number that every reader of JSON takes for the same."""


def cell_of(value: object) -> Cell:
    """A value as it is kept; of a long text the beginning, and how much is left out."""
    match value:
        case None | bool():
            return value
        case int() if abs(value) <= EXACT:
            return value
        case float() if math.isfinite(value):
            return value
        case Decimal() if value == value.to_integral_value() and abs(value) <= EXACT:
            return int(value) if value.as_tuple().exponent == 0 else f"{value:f}"
        case Decimal():
            return _shortened(f"{value:f}")
        case bytes() | bytearray() | memoryview():
            return f"{len(bytes(value)):,} bytes, beginning {bytes(value)[:8].hex()}"
        case dict() | list() | tuple():
            return _shortened(json.dumps(value, default=str, ensure_ascii=False))
    return _shortened(str(value))


def size_of(cell: Cell) -> int:
    """Bytes that it takes, about."""
    return len(cell.encode(errors="replace")) if isinstance(cell, str) else 8


def _shortened(text: str) -> str:
    # A database may hold what UTF-8 cannot say.
    text = text.encode(errors="replace").decode()
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}… [{len(text) - LONGEST:,} characters left out]"
