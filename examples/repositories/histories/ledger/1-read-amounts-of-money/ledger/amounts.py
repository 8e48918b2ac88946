"""Amounts of money, kept as whole cents."""

import re

_AMOUNT = re.compile(r"(?P<sign>-?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?")


class AmountError(ValueError):
    """A text that is no amount."""


def parse_amount(text: str) -> int:
    """The cents that a text such as `-1,234.50` stands for."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise AmountError(f"{text!r} is no amount of money")
    whole = int(match["whole"].replace(",", ""))
    part = (match["part"] or "0").ljust(2, "0")
    cents = whole * 100 + int(part[:2])
    return -cents if match["sign"] else cents


def format_amount(cents: int) -> str:
    """An amount as people write it: two digits after the point, commas between thousands."""
    sign = "-" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    return f"{sign}{whole:,}.{part:02}"
