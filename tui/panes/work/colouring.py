"""The colours of a text, found as far as somebody looks at it."""

import asyncio
from collections.abc import Iterator
from itertools import islice

from tui.panes.work.code_lines import CodeLines
from tui.panes.work.colours import coloured, lexer_of
from tui.text.line import Piece

AT_ONCE = 200
"""Lines between two moments at which the window can answer a key."""


class Colouring:
    """Colours lines from the first on, in a thread: a lexer has to know what came before."""

    def __init__(self, lines: CodeLines, path: str, language: str = "") -> None:
        self._lines = lines
        self._named = path, language
        self._pieces: Iterator[tuple[Piece, ...]] | None = None
        self._wanted = 0
        self._busy = False
        self.ended = False
        """Whether no more lines will have colours than have them now."""

    @property
    def reached(self) -> int:
        """How many lines have their colours."""
        return self._lines.coloured

    async def reach(self, number: int) -> bool:
        """Colour the lines before `number`. Returns whether anything was found out."""
        self._wanted = max(self._wanted, min(number, len(self._lines)))
        if self._busy or self.ended or self._lines.coloured >= self._wanted:
            return False
        # Whoever is cancelled leaves a thread at work on the pieces: it stays busy, then.
        self._busy = True
        while self._lines.coloured < self._wanted and not self.ended:
            batch = await asyncio.to_thread(self._next)
            self._lines.colour(batch)
            self.ended = not batch
        self._busy = False
        return True

    def _next(self) -> list[tuple[Piece, ...]]:
        if self._pieces is None:
            lexer = lexer_of(*self._named)
            self._pieces = coloured(self._lines.texts, lexer) if lexer else iter(())
        return list(islice(self._pieces, AT_ONCE))
