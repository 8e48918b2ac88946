"""Code as rows in the theme's colours."""

from collections.abc import Iterable, Iterator
from itertools import accumulate

from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Token, _TokenType
from pygments.util import ClassNotFound
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.panes.conversation.block import Row
from tui.panes.conversation.inks import Inks
from tui.panes.conversation.parts import Code
from tui.panes.conversation.wrapping import LONG_LINE, TAB, cut
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
    longest = max(map(len, text.split("\n")))
    if len(text) > MOST_COLOURED or longest > LONG_LINE or not (code.language or code.path):
        for line in text.split("\n"):
            yield Strip([Segment(line, inks.code)])
        return
    pieces: list[Segment] = []
    for piece, style in _coloured(text, code, inks):
        first, *more = piece.split("\n")
        pieces.append(Segment(first, style))
        for line in more:
            yield Strip([segment for segment in pieces if segment.text])
            pieces = [Segment(line, style)]
    yield Strip([segment for segment in pieces if segment.text])


def _coloured(text: str, code: Code, inks: Inks) -> Iterator[tuple[str, Style]]:
    """The text in pieces, with the style of each; not a character more or less."""
    try:
        options = {"stripnl": False, "ensurenl": False, "stripall": False}
        if code.language:
            lexer = get_lexer_by_name(code.language, **options)
        else:
            lexer = get_lexer_for_filename(code.path, **options)  # type: ignore[arg-type]
        tokens = [(piece, kind) for kind, piece in lexer.get_tokens(text)]
    except (ClassNotFound, RecursionError, ValueError):
        tokens = [(text, Token.Text)]
    if "".join(piece for piece, _ in tokens) != text:
        tokens = [(text, Token.Text)]
    styles = _styles(inks)
    for piece, kind in tokens:
        yield piece, _style(kind, styles, inks.code)


def _styles(inks: Inks) -> dict[_TokenType, Style]:
    return {
        Token.Comment: inks.dim + Style(italic=True),
        Token.Keyword: inks.role(2) + Style(bold=False),
        Token.Operator.Word: inks.role(2) + Style(bold=False),
        Token.Literal.String: inks.ok,
        Token.Literal.Number: inks.warn,
        Token.Name.Function: inks.chip,
        Token.Name.Class: inks.chip,
        Token.Name.Decorator: inks.chip,
        Token.Name.Tag: inks.chip,
    }


def _style(kind: _TokenType, styles: dict[_TokenType, Style], ground: Style) -> Style:
    nearest: _TokenType | None = kind
    while nearest is not None:
        if nearest in styles:
            return ground + styles[nearest]
        nearest = nearest.parent
    return ground


def _cut(line: Strip, width: int) -> Iterable[Strip]:
    if line.cell_length <= width:
        return [line]
    pieces = cut(line.text, width)
    if len(line) == 1:
        return (Strip([Segment(piece, next(iter(line)).style)]) for piece in pieces)
    ends = accumulate(map(len, pieces))
    return line.divide([line.index_to_cell_position(end) for end in ends])
