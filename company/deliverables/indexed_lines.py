"""The lines of a text that changes: found by what they say, and replaced, at the cost of those alone."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

Alike = Callable[[str], str]
"""What of a line counts when lines are compared."""


class Line:
    """A line, with its neighbours. No two are equal, whatever they say."""

    __slots__ = ("above", "below", "says")

    def __init__(self, says: str) -> None:
        self.says = says
        self.above = self.below = self


class IndexedLines:
    """Lines in their order; iterating gives what they say."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._ends = Line("")
        """Stands above the first line and below the last."""
        self._known: dict[Alike, dict[str, dict[Line, None]]] = {}
        """The lines by what they say, in each way of comparing that was asked for yet."""
        self._insert(self._ends, lines)

    def __iter__(self) -> Iterator[str]:
        return (line.says for line in self._from(self._ends.below))

    def at(self, number: int) -> Line:
        """The line with a number, from 1."""
        return next(islice(self._from(self._ends.below), number - 1, None))

    def numbers(self, lines: Sequence[Line]) -> list[int]:
        """The numbers of some lines, from 1."""
        known = {line: number for number, line in enumerate(self._from(self._ends.below), 1)}
        return [known[line] for line in lines]

    def some(self, first: Line, count: int) -> list[str]:
        """What so many lines say, from the first on."""
        return [line.says for line in islice(self._from(first), count)]

    def places(self, wanted: Sequence[str], alike: Alike) -> list[Line]:
        """The first line of each place where lines are, compared in one way."""
        known, needle = self._lines_by(alike), [alike(line) for line in wanted]
        rarest = min(range(len(needle)), key=lambda at: len(known.get(needle[at], ())))
        starts = (self._up(line, rarest) for line in known.get(needle[rarest], ()))
        return [start for start in starts if start and self._says(start, needle, alike)]

    def replace(self, first: Line, count: int, new: Sequence[str]) -> None:
        """Put other lines where so many are, from the first on."""
        above = below = first.above
        for line in islice(self._from(first), count):
            for alike, known in self._known.items():
                del known[alike(line.says)][line]
            below = line
        above.below, below.below.above = below.below, above
        self._insert(above, new)

    def _insert(self, above: Line, lines: Sequence[str]) -> None:
        below = above.below
        for says in lines:
            line = Line(says)
            above.below, line.above = line, above
            for alike, known in self._known.items():
                known.setdefault(alike(says), {})[line] = None
            above = line
        above.below, below.above = below, above

    def _from(self, line: Line) -> Iterator[Line]:
        while line is not self._ends:
            yield line
            line = line.below

    def _lines_by(self, alike: Alike) -> dict[str, dict[Line, None]]:
        if alike not in self._known:
            known = self._known[alike] = {}
            for line in self._from(self._ends.below):
                known.setdefault(alike(line.says), {})[line] = None
        return self._known[alike]

    def _up(self, line: Line, steps: int) -> Line | None:
        while steps and line is not self._ends:
            line, steps = line.above, steps - 1
        return None if line is self._ends else line

    def _says(self, start: Line, needle: Sequence[str], alike: Alike) -> bool:
        there = [alike(says) for says in self.some(start, len(needle))]
        return there == needle
