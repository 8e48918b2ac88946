"""A text as numbered lines, plain at first and coloured as the colours come."""

from collections.abc import Iterable

from tui.text.line import Line, Piece
from tui.text.strips import LONGEST

TAB = 4
"""Cells."""
REMARK = 30
"""Cells that say how much of a line is not shown."""


class CodeLines:
    """The lines of a text."""

    def __init__(self, text: str = "") -> None:
        lines = text.replace("\r\n", "\n").replace("\r", "␍").split("\n")
        if lines and not lines[-1]:
            lines.pop()
        self.texts = [line.expandtabs(TAB) for line in lines]
        self.width = width_of(self.texts)
        self._digits = max(len(str(len(self.texts))), 3)
        self._coloured: list[tuple[Piece, ...]] = []

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def coloured(self) -> int:
        """How many lines have their colours."""
        return len(self._coloured)

    def colour(self, lines: Iterable[tuple[Piece, ...]]) -> None:
        """Give the next lines their colours."""
        self._coloured.extend(lines)

    def line(self, number: int) -> Line:
        if number < len(self._coloured):
            pieces = self._coloured[number]
        else:
            pieces = ((self.texts[number], ""),)
        return Line(pieces, lead=((f"{number + 1:>{self._digits}}  ", "$foreground 40%"),))


def width_of(texts: Iterable[str]) -> int:
    """Cells of the longest, as far as it is shown, and a few more: some characters are wide."""
    longest = max(map(len, texts), default=0)
    return min(longest, LONGEST + REMARK) + 4
