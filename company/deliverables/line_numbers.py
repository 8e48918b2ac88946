"""Lines that begin with their numbers, as a model copies them from a listing it was shown."""

import re

_NUMBERED = re.compile(r"\s*(?P<number>\d{1,6})(?:\s*[|:│]|\t|\)?\s{2,})")
_FEW = 3
"""Fewer lines may begin so by chance."""


def has_line_numbers(text: str) -> bool:
    """Whether each line begins with its number, one after the other."""
    matches = [_NUMBERED.match(line) for line in text.split("\n") if line.strip()]
    numbers = [int(match["number"]) for match in matches if match]
    if not len(numbers) == len(matches) >= _FEW:
        return False
    first = numbers[0]
    return first > 0 and numbers == list(range(first, first + len(numbers)))
