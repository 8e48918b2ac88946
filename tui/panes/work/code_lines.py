"""Code as numbered lines, plain at first and coloured as far as somebody looks at it."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from pygments.token import Token, _TokenType

from tui.text.line import LONGEST, Line, Piece
from tui.text.tokens import lexer_of, nearest, token_lines

TAB = 4
"""Cells."""
REMARK = 30
"""Cells that say how much of a line is not shown."""
AT_ONCE = 200
"""Lines between two moments at which the window can answer a key."""

STYLES: Mapping[_TokenType, str] = {
    Token.Comment: "$foreground 60% italic",
    Token.Keyword: "$text-accent",
    Token.Keyword.Constant: "$text-warning",
    Token.Literal.String: "$text-success",
    Token.Literal.String.Doc: "$text-success italic",
    Token.Literal.Number: "$text-warning",
    Token.Name.Class: "$text-primary bold",
    Token.Name.Function: "$text-primary bold",
    Token.Name.Decorator: "$text-secondary",
    Token.Name.Builtin: "$text-secondary",
    Token.Name.Exception: "$text-secondary",
    Token.Name.Tag: "$text-primary bold",
    Token.Name.Attribute: "$text-secondary",
    Token.Operator.Word: "$text-accent",
    Token.Generic.Heading: "$text-primary bold",
    Token.Generic.Subheading: "$text-primary bold",
    Token.Generic.Strong: "bold",
    Token.Generic.Emph: "italic",
}
"""By the kind of Pygments' token; one that is not here looks like the one it is a kind of."""


class CodeLines:
    """The lines of a text, in the colours of a language or else of what is called `path`.

    They are coloured from the first on, in a thread: a lexer has to know what came before.
    """

    def __init__(self, text: str = "", path: str = "", language: str = "") -> None:
        lines = text.replace("\r\n", "\n").replace("\r", "␍").split("\n")
        if lines and not lines[-1]:
            lines.pop()
        self.texts = [line.expandtabs(TAB) for line in lines]
        self.width = width_of(self.texts)
        self._digits = max(len(str(len(self.texts))), 3)
        self._named = path, language
        self._coloured: list[tuple[Piece, ...]] = []
        self._to_come: Iterator[tuple[Piece, ...]] | None = None
        self._target = 0
        self._busy = False
        self.ended = False
        """Whether no more lines will have colours than have them now."""

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def coloured(self) -> int:
        """How many lines have their colours."""
        return len(self._coloured)

    def line(self, number: int) -> Line:
        if number < len(self._coloured):
            pieces = self._coloured[number]
        else:
            pieces = ((self.texts[number], ""),)
        return Line(pieces, lead=((f"{number + 1:>{self._digits}}  ", "$foreground 40%"),))

    async def colour(self, number: int) -> bool:
        """Colour the lines before `number`. Returns whether anything was found out."""
        self._target = max(self._target, min(number, len(self)))
        if self._busy or self.ended or self.coloured >= self._target:
            return False
        # Whoever is cancelled leaves a thread at work on the pieces: it stays busy, then.
        self._busy = True
        while self.coloured < self._target and not self.ended:
            batch = await asyncio.to_thread(self._next)
            self._coloured.extend(batch)
            self.ended = not batch
        self._busy = False
        return True

    def _next(self) -> list[tuple[Piece, ...]]:
        if self._to_come is None:
            tokens = token_lines(self.texts, lexer_of(*self._named))
            self._to_come = (
                tuple((text, nearest(kind, STYLES, "")) for text, kind in line) for line in tokens
            )
        return list(islice(self._to_come, AT_ONCE))


def width_of(texts: Iterable[str]) -> int:
    """Cells of the longest, as far as it is shown, and a few more: some characters are wide."""
    longest = max(map(len, texts), default=0)
    return min(longest, LONGEST + REMARK) + 4
