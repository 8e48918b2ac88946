"""Reading fields of a record that anyone may have written: the wanted type, or an empty one."""

import math
from typing import Any


def text(value: object) -> str:
    """A string as it is, a number in digits; anything else is empty."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def texts(value: object) -> tuple[str, ...]:
    """The strings of a list."""
    return tuple(item for item in items(value) if isinstance(item, str))


def number(value: object) -> float:
    """A finite number, else 0.0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        found = float(value)
    except OverflowError:
        return 0.0
    return found if math.isfinite(found) else 0.0


def whole(value: object) -> int:
    """A whole number, else 0."""
    return int(number(value))


def flag(value: object) -> bool | None:
    """A truth value, else None."""
    return value if isinstance(value, bool) else None


def mapping(value: object) -> dict[str, Any]:
    """A mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """A list, else an empty one."""
    return value if isinstance(value, list) else []
