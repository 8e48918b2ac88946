"""Code in the colours of the theme, line by line."""

from collections.abc import Iterator, Mapping

from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name, find_lexer_class_for_filename
from pygments.token import _TokenType
from pygments.util import ClassNotFound

from tui.text.line import Piece

MOST_COLOURED = 1_000_000
"""Characters; what comes after them stays plain."""
LONGEST_COLOURED = 2_000
"""Characters of a line. Code with longer ones was made by machines, and a lexer's expressions can
take time squared over them."""

STYLES: Mapping[str, str] = {
    "Token.Comment": "$foreground 60% italic",
    "Token.Keyword": "$text-accent",
    "Token.Keyword.Constant": "$text-warning",
    "Token.Literal.String": "$text-success",
    "Token.Literal.String.Doc": "$text-success italic",
    "Token.Literal.Number": "$text-warning",
    "Token.Name.Class": "$text-primary bold",
    "Token.Name.Function": "$text-primary bold",
    "Token.Name.Decorator": "$text-secondary",
    "Token.Name.Builtin": "$text-secondary",
    "Token.Name.Exception": "$text-secondary",
    "Token.Name.Tag": "$text-primary bold",
    "Token.Name.Attribute": "$text-secondary",
    "Token.Operator.Word": "$text-accent",
    "Token.Generic.Heading": "$text-primary bold",
    "Token.Generic.Subheading": "$text-primary bold",
    "Token.Generic.Strong": "bold",
    "Token.Generic.Emph": "italic",
}
"""By the name of Pygments' token; one that is not here looks like the one it is a kind of."""


def lexer_of(path: str, language: str) -> Lexer | None:
    """The lexer for a language, or else for a file's name; None where there is none."""
    try:
        found = find_lexer_class_by_name(language) if language else None
    except ClassNotFound:
        found = None
    found = found or find_lexer_class_for_filename(path.rpartition("/")[2])
    return found(stripnl=False, ensurenl=False) if found else None


def coloured(lines: list[str], lexer: Lexer) -> Iterator[tuple[Piece, ...]]:
    """The pieces of each line, up to the first that is not coloured any more."""
    taken = _bounded(lines)
    for line, pieces in zip(taken, _lines(lexer, "\n".join(taken)), strict=False):
        if "".join(text for text, _ in pieces) != line:
            return  # the lexer read something else than was written
        yield pieces


def _lines(lexer: Lexer, text: str) -> Iterator[tuple[Piece, ...]]:
    pieces: list[Piece] = []
    tokens = lexer.get_tokens(text)
    while True:
        try:
            kind, token = next(tokens)
        except (StopIteration, RecursionError, ValueError):
            break
        style = style_of(kind)
        first, *others = token.split("\n")
        if first:
            pieces.append((first, style))
        for part in others:
            yield tuple(pieces)
            pieces = [(part, style)] if part else []
    yield tuple(pieces)


def _bounded(lines: list[str]) -> list[str]:
    room = MOST_COLOURED
    for number, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0 or len(line) > LONGEST_COLOURED:
            return lines[:number]
    return lines


def style_of(kind: _TokenType) -> str:
    """The style of a token's kind."""
    wanted: _TokenType | None = kind
    while wanted is not None:
        if (style := STYLES.get(str(wanted))) is not None:
            return style
        wanted = wanted.parent
    return ""
