"""Code without its comments and blank lines: what a program does, not what it says of itself."""

import io
import re
import tokenize
from collections.abc import Iterator
from functools import lru_cache

from company.deliverables.languages import language_of

_TEXTS = r"""(?P<text>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?)"""
_SCRIPT = re.compile(_TEXTS + r"|(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))", re.DOTALL)
_STYLES = re.compile(r"(?P<comment>/\*.*?(?:\*/|\Z))", re.DOTALL)
_PAGES = re.compile(r"(?P<comment><!--.*?(?:-->|\Z))", re.DOTALL)
_PATTERNS = {"javascript": _SCRIPT, "typescript": _SCRIPT, "css": _STYLES, "html": _PAGES}

_LAYOUT = frozenset({tokenize.INDENT, tokenize.DEDENT, tokenize.NL, tokenize.ENCODING})

Place = tuple[int, int]
"""A line, from 1, and a column, from 0, in characters."""


@lru_cache(maxsize=256)
def comment_free(path: str, source: str) -> str:
    """The source without comments, texts that stand alone (docstrings), and blank lines.

    Of a Python file that cannot be read as one, only whole lines of comment are left out.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    language = language_of(path)
    if language == "python":
        source = _python(source)
    elif pattern := _PATTERNS.get(language):
        source = pattern.sub(lambda found: "" if found["comment"] else found[0], source)
    lines = (line.rstrip() for line in source.split("\n"))
    return "\n".join(line for line in lines if line)


def _python(source: str) -> str:
    lines = source.split("\n")
    try:
        spans = list(_remarks(source))
    except (tokenize.TokenError, SyntaxError):
        return "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    for (first, start), (last, end) in reversed(spans):
        rest = lines[last - 1][end:]
        lines[first - 1 : last] = [lines[first - 1][:start] + rest]
    return "\n".join(lines)


def _remarks(source: str) -> Iterator[tuple[Place, Place]]:
    """Where comments are, and statements that are nothing but a text, in order."""
    statement: list[tokenize.TokenInfo] = []
    comments: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.ERRORTOKEN:
            raise SyntaxError(token.string)
        if token.type == tokenize.COMMENT:
            comments.append(token)
        elif token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
            remarks = [(each.start, each.end) for each in comments]
            if statement and all(each.type == tokenize.STRING for each in statement):
                remarks += [(each.start, each.end) for each in statement]
            yield from sorted(remarks)
            statement, comments = [], []
        elif token.type not in _LAYOUT:
            statement.append(token)
