"""The known words that an unknown one was likely meant to be."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST_WORD = 100


def nearest_words(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """At most so many known words, best first: those that it begins, then those spelt alike."""
    words = sorted(known)
    word = word[:_LONGEST_WORD]
    begun = [each for each in words if _begins(word, each)]
    alike = get_close_matches(word, words, n=most + 9, cutoff=0.55)
    spelt = sorted(alike, key=lambda each: (_slips(word, each), abs(len(each) - len(word))))
    return list(dict.fromkeys(sorted(begun, key=len) + spelt))[:most]


def _begins(word: str, known: str) -> bool:
    """Whether it is the beginning of a known word, or of a part of one."""
    parts = (known, *re.split(r"[^A-Za-z0-9]+", known))
    return len(word) > 1 and any(part.lower().startswith(word.lower()) for part in parts)


def _slips(typed: str, meant: str) -> int:
    """How many letters are wrong, missing or too many (Levenshtein)."""
    row = list(range(len(meant[:_LONGEST_WORD]) + 1))
    for count, letter in enumerate(typed, start=1):
        before, row[0] = row[0], count
        for at, other in enumerate(meant[:_LONGEST_WORD], start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != other))
    return row[-1]
