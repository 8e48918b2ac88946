"""The lines of a text that changes: found by what they say, and replaced, at the cost of those alone."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from company.deliverables.indexed_words import IndexedWords

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
        self._words: IndexedWords[Line] | None = None
        """The lines by their words, where parts of lines were asked for."""
        self._finger: tuple[int, Line] | None = None
        """A line whose number is known."""
        self._insert(self._ends, lines)

    def __iter__(self) -> Iterator[str]:
        return (line.says for line in self._from(self._ends.below))

    def at(self, number: int) -> Line:
        """The line with a number, from 1; the last where there are not so many. It costs the steps from
        the one that was asked for before, if nothing was replaced since but that."""
        at, line = self._finger or (1, self._ends.below)
        if abs(number - at) > number - 1:
            at, line = 1, self._ends.below
        while at < number and line.below is not self._ends:
            at, line = at + 1, line.below
        while at > number and line.above is not self._ends:
            at, line = at - 1, line.above
        self._finger = (at, line)
        return line

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

    def are_at(self, number: int, wanted: Sequence[str], alike: Alike) -> Line | None:
        """The first of the lines, where they are at a number; None where they are not."""
        first = self.at(number)
        return first if self._says(first, [alike(line) for line in wanted], alike) else None

    def may_be_several(self, wanted: Sequence[str], alike: Alike) -> bool:
        """Whether the rarest of some lines is there more than once."""
        known = self._lines_by(alike)
        return all(len(known.get(alike(line), ())) > 1 for line in wanted)

    def places_inside(self, wanted: Sequence[str]) -> list[Line]:
        """The first line of each place where a text is, that may begin and end inside of lines."""
        last = len(wanted) - 1
        found = [
            self._lines_by_words().may_hold(part, begins=at > 0, ends=at < last)
            for at, part in enumerate(wanted)
        ]
        told = [at for at, lines in enumerate(found) if lines is not None]
        rarest = min(told, key=lambda at: len(found[at] or ()), default=0)
        lines = found[rarest] if told else self._from(self._ends.below)
        starts = (self._up(line, rarest) for line in lines or ())
        return [start for start in starts if start for _ in range(self._times(start, wanted))]

    def replace(self, first: Line, count: int, new: Sequence[str]) -> None:
        """Put other lines where so many are, from the first on."""
        above = below = first.above
        at, line = self._finger or (0, None)
        self._finger = (at - 1, above) if line is first and at > 1 else None
        for line in islice(self._from(first), count):
            for alike, known in self._known.items():
                del known[alike(line.says)][line]
            if self._words:
                self._words.remove(line, line.says)
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
            if self._words:
                self._words.add(line, says)
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

    def _lines_by_words(self) -> IndexedWords[Line]:
        if self._words is None:
            lines = self._from(self._ends.below)
            self._words = IndexedWords((line, line.says) for line in lines)
        return self._words

    def _times(self, start: Line, wanted: Sequence[str]) -> int:
        """How often a text begins in a line."""
        if len(wanted) == 1:
            return start.says.count(wanted[0])
        there = self.some(start, len(wanted))
        if len(there) < len(wanted):
            return 0
        first, *between, last = there
        begins, *within, ends = wanted
        return first.endswith(begins) and between == within and last.startswith(ends)

    def _up(self, line: Line, steps: int) -> Line | None:
        while steps and line is not self._ends:
            line, steps = line.above, steps - 1
        return None if line is self._ends else line

    def _says(self, start: Line, needle: Sequence[str], alike: Alike) -> bool:
        there = [alike(says) for says in self.some(start, len(needle))]
        return there == needle
