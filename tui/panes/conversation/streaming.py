"""A message being written, wrapped piece by piece as it arrives."""

from collections.abc import Sequence

from tui.panes.conversation.wrapping import LONG_LINE, wrapped_line
from warehouse.terminal_text import safe_text


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
