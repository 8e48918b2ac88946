"""When two values of databases are the same. A number may be rounded; a text is what it says.

Databases bring some decimals as texts, so a text may be a number: but only beside a number. Of two texts, "1.10" is
not "1.1", and "2024.11" is not nearly "2024.12".
"""

import math
import re
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple

from warehouse.events.rows import Cell

SHARE = 1e-4
"""By which share of them two numbers may differ that are not both whole."""
DIGITS = 2
"""Behind the point: with so many at least, one number may be the other rounded."""
NOISE = 1e-9
"""By how much sums of decimals may differ that are the same on paper."""
LARGEST = 10**100
"""Whole numbers from here on are texts, since no decimal may reach as far."""
DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,99})(?:\.[0-9]+)?")


class Kind(IntEnum):
    """What a value is."""

    NULL = 0
    NUMBER = 1
    TEXT = 2


class Said(NamedTuple):
    """What a value says, to be sorted."""

    kind: Kind
    number: int | float = 0
    text: str = ""
    """Also of a number that came as text."""


def said(cell: Cell) -> Said:
    """What a value says; true is 1."""
    if cell is None:
        return Said(Kind.NULL)
    if isinstance(cell, int) and abs(cell) < LARGEST:
        return Said(Kind.NUMBER, int(cell))
    if isinstance(cell, float) and math.isfinite(cell):
        return Said(Kind.NUMBER, cell)
    text = str(cell).strip()
    if DECIMAL.fullmatch(text):
        return Said(Kind.NUMBER, float(text) if "." in text else int(text), text)
    return Said(Kind.TEXT, text=text)


def is_same(ours: Said, theirs: Said) -> bool:
    """Whether they say the same, as people do who round."""
    if ours == theirs:
        return True
    are_numbers = ours.kind == theirs.kind == Kind.NUMBER and not (ours.text and theirs.text)
    return are_numbers and _is_close(ours.number, theirs.number)


def _is_close(ours: int | float, theirs: int | float) -> bool:
    apart = abs(ours - theirs)
    if apart == 0 or (isinstance(ours, int) and isinstance(theirs, int)):
        return apart == 0
    if apart <= max(NOISE, SHARE * max(abs(ours), abs(theirs))):
        return True
    # What was rounded to nothing says nothing.
    is_rounded = apart <= 0.5 * 0.1 ** min(_digits(ours), _digits(theirs)) + NOISE
    return is_rounded and bool(ours and theirs)


def _digits(number: int | float) -> int:
    """Digits behind the point with which it is written."""
    return max(DIGITS, -int(Decimal(repr(number)).as_tuple().exponent))
