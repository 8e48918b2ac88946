"""The known words that an unknown one was likely meant to be."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST_WORD = 100
MISSING, WRONG, EXTRA = 9, 10, 11
"""Weights of a letter that was left out, mistaken, or typed though it does not belong there: people
leave out more easily than they add, so `completd` is `completed`, and `runz` is `runs`."""


def nearest_words(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """At most so many known words, best first: those that it begins, then those spelt alike."""
    words = sorted(known)
    word = word[:_LONGEST_WORD]
    begun = [each for each in words if _begins(word, each)]
    alike = get_close_matches(word, words, n=most + 9, cutoff=0.55)
    spelt = sorted(alike, key=lambda each: (_slips(word, each), abs(len(each) - len(word))))
    return list(dict.fromkeys(sorted(begun, key=len) + spelt))[:most]


def _begins(word: str, known: str) -> bool:
    """Whether a known word, or what follows one of its separators, begins with it."""
    starts = (part.start() for part in re.finditer(r"[A-Za-z0-9]+", known))
    return len(word) > 1 and any(known.lower().startswith(word.lower(), at) for at in starts)


def _slips(typed: str, meant: str) -> int:
    """What it takes from one word to the other (Damerau-Levenshtein, with a weight for each slip)."""
    meant = meant[:_LONGEST_WORD]
    earlier: list[int] = []
    row = [MISSING * at for at in range(len(meant) + 1)]
    for count, letter in enumerate(typed, start=1):
        before, earlier, row = earlier, row, [EXTRA * count]
        for at, other in enumerate(meant, start=1):
            same = earlier[at - 1] + WRONG * (letter != other)
            costs = [same, earlier[at] + EXTRA, row[at - 1] + MISSING]
            if count > 1 and at > 1 and typed[count - 2] == other and meant[at - 2] == letter:
                costs.append(before[at - 2] + WRONG)
            row.append(min(costs))
    return row[-1]
