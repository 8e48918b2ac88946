"""Looking for words in a long conversation, and marking them where they are seen."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate

from textual.strip import Strip

from tui.panes.conversation.block import RowBlock, painted
from tui.panes.conversation.inks import Inks

Span = tuple[int, int, int]
"""Characters of a row: the row, the first, and the one after the last."""
Place = tuple[Span, ...]
"""Where words are found; on several rows where a line was broken between them."""


class Search:
    """The occurrences of words in the items of a list. Capitals count if there is one in the words."""

    def __init__(self, words: str, texts: Iterable[str]) -> None:
        self.words = words.strip()
        self.pattern = _pattern(self.words)
        self._items: list[int] = []
        counts = []
        for index, text in enumerate(texts):
            count = self._count(text)
            if count:
                self._items.append(index)
                counts.append(count)
        self._before = list(accumulate(counts, initial=0))
        """How many occurrences there are before each of the items."""

    @property
    def count(self) -> int:
        return self._before[-1]

    def at(self, number: int) -> tuple[int, int]:
        """The item of an occurrence, and its number among those of the item, both from 0."""
        place = bisect_right(self._before, number) - 1
        return self._items[place], number - self._before[place]

    def first_from(self, index: int) -> int:
        """The first occurrence in an item or below, else the first of all."""
        place = bisect_right(self._items, index - 1)
        return self._before[place] if place < len(self._items) else 0

    def _count(self, text: str) -> int:
        if not self.words:
            return 0
        exact = self.words.lower() != self.words
        text = text if exact else text.lower()
        first, *more = self.words.split()
        if not more:
            return text.count(first)
        return text.count(first) and len(self.pattern.findall(text))


class Highlights:
    """The occurrences that can be seen, and the one that the search has come to."""

    def __init__(self) -> None:
        self.pattern: re.Pattern[str] | None = None
        self.now: tuple[int, Place] | None = None
        """The item and the place of the current occurrence."""
        self._places: dict[int, list[Place]] = {}
        self._by_row: dict[int, dict[int, list[Place]]] = {}

    def look_for(self, pattern: re.Pattern[str] | None) -> None:
        self.pattern, self.now = pattern, None
        self.clear()

    def forget(self, index: int) -> None:
        """An item has other rows now."""
        self._places.pop(index, None)
        self._by_row.pop(index, None)

    def clear(self) -> None:
        """All items have other rows now."""
        self._places.clear()
        self._by_row.clear()

    def places(self, index: int, block: RowBlock) -> list[Place]:
        """The occurrences in an item, in order."""
        if self.pattern is None:
            return []
        known = self._places.get(index)
        if known is None:
            known = self._places[index] = list(places(block, self.pattern))
        return known

    def on(self, index: int, row: int, block: RowBlock, inks: Inks) -> Strip:
        """A row of an item, with the occurrences in it marked."""
        strip = block.rows[row].strip
        if self.pattern is None:
            return strip
        for place in self._of_rows(index, block).get(row, ()):
            style = inks.match_now if self.now == (index, place) else inks.match
            for number, start, end in place:
                if number == row:
                    strip = painted(strip, start, end, style)
        return strip

    def _of_rows(self, index: int, block: RowBlock) -> dict[int, list[Place]]:
        known = self._by_row.get(index)
        if known is None:
            known = self._by_row[index] = {}
            for place in self.places(index, block):
                for number in {span[0] for span in place}:
                    known.setdefault(number, []).append(place)
        return known


def places(block: RowBlock, pattern: re.Pattern[str]) -> Iterator[Place]:
    """Where a pattern is found in what a block says, across the ends of rows."""
    starts: list[int] = []
    lines: list[tuple[int, int, str]] = []
    at = 0
    for number, row in enumerate(block.rows):
        if row.searchable:
            whole = row.strip.text
            bare = whole.strip()
            starts.append(at)
            lines.append((number, len(whole) - len(whole.lstrip()), bare))
            at += len(bare) + 1
    text = " ".join(bare for *_, bare in lines)
    for match in pattern.finditer(text):
        first = bisect_right(starts, match.start()) - 1
        last = bisect_left(starts, match.end())
        spans = zip(starts[first:last], lines[first:last], strict=True)
        yield tuple(_span(start, line, match) for start, line in spans)


def _span(start: int, line: tuple[int, int, str], match: re.Match[str]) -> Span:
    number, indent, bare = line
    begin = max(match.start() - start, 0)
    end = min(match.end() - start, len(bare))
    return number, begin + indent, end + indent


def _pattern(words: str) -> re.Pattern[str]:
    flags = re.NOFLAG if words.lower() != words else re.IGNORECASE
    return re.compile(r"\s+".join(map(re.escape, words.split())) or r"(?!)", flags)
