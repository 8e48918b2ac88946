"""Code as rows in the theme's colours."""

from collections.abc import Iterable, Iterator
from itertools import accumulate

from pygments.token import Token, _TokenType
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.panes.conversation.block import Row
from tui.panes.conversation.inks import Inks
from tui.panes.conversation.parts import Code
from tui.panes.conversation.wrapping import TAB, cut
from tui.text.tokens import lexer_of, nearest, token_lines
from warehouse.terminal_text import safe_text

MOST_COLOURED = 20_000
"""Characters of code that are coloured; longer code is shown plain."""


def code_rows(code: Code, width: int, inks: Inks) -> Iterator[Row]:
    """The rows of a piece of code, each filled up to the width."""
    text = safe_text(code.text).expandtabs(TAB)
    inner = width - 2
    for line in _lines(text, code, inks):
        for strip in _cut(line, inner):
            margin = Segment(" ", inks.code)
            fill = Segment(" " * (inner + 1 - strip.cell_length), inks.code)
            yield Row(Strip([margin, *strip, fill]), searchable=True)


def _lines(text: str, code: Code, inks: Inks) -> Iterator[Strip]:
    lines = text.split("\n")
    lexer = lexer_of(code.path, code.language) if len(text) <= MOST_COLOURED else None
    styles, coloured = _styles(inks), 0
    for pieces in token_lines(lines, lexer):
        yield Strip([Segment(piece, nearest(kind, styles, inks.code)) for piece, kind in pieces])
        coloured += 1
    for line in lines[coloured:]:
        yield Strip([Segment(line, inks.code)])


def _styles(inks: Inks) -> dict[_TokenType, Style]:
    keyword = inks.role(2) + Style(bold=False)
    styles = {
        Token.Comment: inks.dim + Style(italic=True),
        Token.Keyword: keyword,
        Token.Operator.Word: keyword,
        Token.Literal.String: inks.ok,
        Token.Literal.Number: inks.warn,
        Token.Name.Function: inks.chip,
        Token.Name.Class: inks.chip,
        Token.Name.Decorator: inks.chip,
        Token.Name.Tag: inks.chip,
    }
    return {kind: inks.code + style for kind, style in styles.items()}


def _cut(line: Strip, width: int) -> Iterable[Strip]:
    if line.cell_length <= width:
        return [line]
    pieces = cut(line.text, width)
    if len(line) == 1:
        return (Strip([Segment(piece, next(iter(line)).style)]) for piece in pieces)
    ends = accumulate(map(len, pieces))
    return line.divide([line.index_to_cell_position(end) for end in ends])
