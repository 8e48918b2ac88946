"""Texts found by the words that they hold: which of many may hold another, at the cost of a few."""

import re
from bisect import bisect_left, insort
from collections.abc import Collection, Iterable
from typing import Generic, TypeVar

Holder = TypeVar("Holder")
_WORD = re.compile(r"\w+")
_LAST = "\U0010ffff"
_MOST_LIKE = 64
"""A part of a word that more words have says little."""


class IndexedWords(Generic[Holder]):
    """The words of texts, each text by what holds it."""

    def __init__(self, texts: Iterable[tuple[Holder, str]]) -> None:
        self._holders: dict[str, dict[Holder, None]] = {}
        self._forward: list[str] = []
        self._backward: list[str] = []
        """All words, and all of them read backward, in their order."""
        for holder, text in texts:
            for word in _WORD.findall(text):
                self._holders.setdefault(word, {})[holder] = None
        self._forward = sorted(self._holders)
        self._backward = sorted(word[::-1] for word in self._holders)

    def add(self, holder: Holder, text: str) -> None:
        """Have a text found by its words as well."""
        for word in _WORD.findall(text):
            if word not in self._holders:
                self._holders[word] = {}
                insort(self._forward, word)
                insort(self._backward, word[::-1])
            self._holders[word][holder] = None

    def remove(self, holder: Holder, text: str) -> None:
        """Forget one that is not there any more."""
        for word in _WORD.findall(text):
            self._holders[word].pop(holder, None)

    def may_hold(
        self, part: str, *, begins: bool = False, ends: bool = False
    ) -> Collection[Holder] | None:
        """What may hold a part of a text, as its beginning or its end where that is said; None where
        no word of it tells."""
        told = [
            self._words_like(
                word[0],
                whole_before=begins or word.start() > 0,
                whole_behind=ends or word.end() < len(part),
            )
            for word in _WORD.finditer(part)
        ]
        rarest = min((each for each in told if each is not None), key=self._count, default=None)
        if rarest is None:
            return None
        return dict.fromkeys(holder for word in rarest for holder in self._holders[word])

    def _count(self, words: Iterable[str]) -> int:
        return sum(len(self._holders[word]) for word in words)

    def _words_like(self, word: str, *, whole_before: bool, whole_behind: bool) -> list[str] | None:
        """The known words that one may be, which is whole, or only the end or the beginning of it; None
        where these are too many to tell anything."""
        if whole_before and whole_behind:
            return [word] if word in self._holders else []
        if whole_before:
            words = _beginning(self._forward, word)
        elif whole_behind:
            words = [each[::-1] for each in _beginning(self._backward, word[::-1])]
        else:
            return None
        return words if len(words) <= _MOST_LIKE else None


def _beginning(words: list[str], start: str) -> list[str]:
    return words[bisect_left(words, start) : bisect_left(words, start + _LAST)]
