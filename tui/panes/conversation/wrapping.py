"""Text broken into rows that fit, by the width of its characters in a terminal; also as it arrives."""

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len, chop_cells

from warehouse.terminal_text import safe_text

TAB = 4
LONG_LINE = 4_000
"""Characters from which a line is cut at the edge rather than between words."""

_WORD = re.compile(r"\s*\S+|\s+")


def wrapped(text: str, width: int) -> Iterator[str]:
    """The rows of a text that was made safe, each at most `width` cells wide."""
    for line in text.split("\n"):
        yield from wrapped_line(line, width)


def wrapped_line(line: str, width: int) -> Iterator[str]:
    """The rows of one line. What fits is kept as it is, indentation and all."""
    width = max(width, 2)
    if "\t" in line:
        line = line.expandtabs(TAB)
    if len(line) <= width and (line.isascii() or cell_len(line) <= width):
        yield line
    elif len(line) > LONG_LINE:
        yield from cut(line, width)
    else:
        yield from _between_words(line, width)


def cut(line: str, width: int) -> Iterator[str]:
    """A line cut at the edge, in time that grows with its length alone."""
    if line.isascii():
        for start in range(0, len(line) or 1, width):
            yield line[start : start + width]
        return
    for start in range(0, len(line), LONG_LINE):
        yield from chop_cells(line[start : start + LONG_LINE], width)


def row_count(text: str, width: int) -> int:
    """About how many rows a text takes."""
    return sum(1 + len(line) // max(width, 2) for line in text.split("\n"))


def rough_row_count(text: str, width: int) -> int:
    """The same for a first guess, in next to no time."""
    return 1 + max(text.count("\n"), len(text) // max(width, 2))


def _between_words(line: str, width: int) -> Iterator[str]:
    row, used = "", 0
    for word in _WORD.findall(line):
        size = cell_len(word)
        if used and used + size > width:
            yield row
            row, used = "", 0
            word = word.lstrip()
            size = cell_len(word)
        if size > width:
            *rows, word = chop_cells(word, width)
            yield from rows
            size = cell_len(word)
        row += word
        used += size
    if row:
        yield row


class StreamedText:
    """The rows of a text that grows at its end. Each piece is looked at once."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._taken = 0
        self._rows: list[str] = []
        self._line = ""

    def take(self, pieces: Sequence[str]) -> None:
        """Take up what was added to the pieces since the last time."""
        if len(pieces) == self._taken:
            return
        new = safe_text("".join(pieces[self._taken :]))
        self._taken = len(pieces)
        *whole, self._line = (self._line + new).split("\n")
        for line in whole:
            self._rows.extend(wrapped_line(line, self._width))
        if len(self._line) > LONG_LINE:
            *rows, self._line = wrapped_line(self._line, self._width)
            self._rows.extend(rows)

    @property
    def count(self) -> int:
        return len(self._rows) + len(self._last())

    def rows(self, most: int) -> list[str]:
        """The last rows, at most so many."""
        last = self._last()
        before = most - len(last)
        return [*(self._rows[-before:] if before > 0 else []), *last][-most:]

    def _last(self) -> list[str]:
        return list(wrapped_line(self._line, self._width)) if self._line else []
