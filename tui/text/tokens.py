"""Code taken apart by a lexer, line by line."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name, find_lexer_class_for_filename
from pygments.token import _TokenType
from pygments.util import ClassNotFound

MOST_READ = 1_000_000
"""Characters; what comes after them stays plain."""
LONGEST_READ = 2_000
"""Characters of a line. Code with longer ones was made by machines, and a lexer's expressions can
take time squared over them."""

T = TypeVar("T")
TokenLine = tuple[tuple[str, _TokenType], ...]
"""The pieces of a line, each with its kind."""


def lexer_of(path: str, language: str) -> Lexer | None:
    """The lexer for a language, or else for a file's name; None where there is none."""
    try:
        kind = find_lexer_class_by_name(language) if language else None
    except ClassNotFound:
        kind = None
    kind = kind or find_lexer_class_for_filename(path.rpartition("/")[2])
    return kind(stripnl=False, ensurenl=False) if kind else None


def token_lines(lines: list[str], lexer: Lexer | None) -> Iterator[TokenLine]:
    """The pieces of each line, up to the first that stays plain."""
    taken = _bounded(lines) if lexer else []
    for line, pieces in zip(taken, _read(lexer, "\n".join(taken)), strict=False):
        if "".join(text for text, _ in pieces) != line:
            return  # the lexer read something else than was written
        yield pieces


def nearest(kind: _TokenType, styles: Mapping[_TokenType, T], otherwise: T) -> T:
    """The style of a token's kind, or of the nearest that it is a kind of."""
    ancestor: _TokenType | None = kind
    while ancestor is not None:
        if ancestor in styles:
            return styles[ancestor]
        ancestor = ancestor.parent
    return otherwise


def _read(lexer: Lexer | None, text: str) -> Iterator[TokenLine]:
    pieces: list[tuple[str, _TokenType]] = []
    tokens = lexer.get_tokens(text) if lexer else iter(())
    while True:
        try:
            kind, token = next(tokens)
        except (StopIteration, RecursionError, ValueError):
            break
        first, *others = token.split("\n")
        pieces += [(first, kind)] if first else []
        for part in others:
            yield tuple(pieces)
            pieces = [(part, kind)] if part else []
    yield tuple(pieces)


def _bounded(lines: list[str]) -> list[str]:
    room = MOST_READ
    for number, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0 or len(line) > LONGEST_READ:
            return lines[:number]
    return lines
