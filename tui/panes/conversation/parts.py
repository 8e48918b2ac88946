"""A reply taken apart into prose and code, line by line.

Models do not write CommonMark: fences are indented below lists, named by a heading or a comment,
and left open. So they are looked for by line, as the company itself does when it reads them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"(?P<indent>[ \t]*)(?P<marker>`{3,}|~{3,})(?P<info>[^`\n]*)")
_PATH = r"(?:[\w.@+-]+/)*[\w@+-][\w.@+-]*\.\w{1,10}|(?:[\w.-]+/)*(?:Dockerfile|Makefile|LICENSE)"
_LABEL = re.compile(
    rf"(?:\d+[.)] *)?[*`\"']*+(?:file(?:name)?:)?[\s*`\"']*+(?P<path>{_PATH})", re.I
)
_AROUND_LABELS = " \t#>*-`\"':"
_COMMENT = re.compile(rf"(?:#|//|--|;|<!--|/\*)\s*(?P<path>{_PATH})\s*(?:-->|\*/)?\s*")
_LONGEST_LABEL = 200
_DOCUMENTS = ("markdown", "md")
MOST_CODES = 200
"""Pieces of code that are looked for; what comes after them is prose."""


@dataclass(frozen=True, slots=True)
class Prose:
    """Text between code."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A fenced block: the file it names, or none; its language; whether its fence was closed."""

    path: str
    language: str
    text: str
    closed: bool = True

    @property
    def lines(self) -> int:
        return self.text.count("\n") + 1


Part = Prose | Code


def parts(text: str) -> Iterator[Part]:
    """What a reply consists of, in order; without blank prose and the label lines of code."""
    lines = text.split("\n")
    prose: list[str] = []
    at = codes = 0
    while at < len(lines):
        opening = _fence(lines[at]) if codes < MOST_CODES else None
        if opening is None:
            prose.append(lines[at])
            at += 1
            continue
        end = _end(lines, at, opening)
        label = _take_label(prose)
        yield from _prose(prose)
        prose = []
        yield _code(lines[at + 1 : end], opening, label, closed=end < len(lines))
        at = end + 1
        codes += 1
    yield from _prose(prose)


def _fence(line: str) -> re.Match[str] | None:
    return _FENCE.fullmatch(line) if "```" in line or "~~~" in line else None


def _end(lines: list[str], start: int, opening: re.Match[str]) -> int:
    """The line of the closing fence; past the end if there is none."""
    marker = opening["marker"]
    document = _language(opening["info"]) in _DOCUMENTS
    inside = False
    for at in range(start + 1, len(lines)):
        mark = _fence(lines[at])
        if mark is None or mark["marker"][0] != marker[0] or len(mark["marker"]) < len(marker):
            continue
        if document and (inside or mark["info"].strip()):
            inside = bool(mark["info"].strip())
        elif not mark["info"].strip():
            return at
    return len(lines)


def _code(body: list[str], opening: re.Match[str], label: str, closed: bool) -> Code:
    indent = opening["indent"]
    body = [line.removeprefix(indent) for line in body] if indent else body
    info = opening["info"]
    path = label or _path_in(info) or (_path_of_comment(body[0]) if body else "")
    return Code(path, _language(info), "\n".join(body), closed)


def _language(info: str) -> str:
    first = info.strip().split(" ", 1)[0].split(":", 1)[0].lower().lstrip("{.").rstrip("}")
    return "" if "." in first or "/" in first else first[:20]


def _path_in(info: str) -> str:
    for word in re.split(r"[\s:=\"']+", info[:_LONGEST_LABEL]):
        if re.fullmatch(_PATH, word):
            return word
    return ""


def _path_of_comment(line: str) -> str:
    comment = _COMMENT.fullmatch(line.strip()) if len(line) < _LONGEST_LABEL else None
    return comment["path"] if comment else ""


def _take_label(prose: list[str]) -> str:
    """The file named by the last line above a fence; that line says nothing else and is taken away."""
    for at in range(len(prose) - 1, max(len(prose) - 3, -1), -1):
        if not prose[at].strip():
            continue
        bare = prose[at][: _LONGEST_LABEL + 1].strip(_AROUND_LABELS)
        label = _LABEL.fullmatch(bare) if len(prose[at]) <= _LONGEST_LABEL else None
        if label is None:
            return ""
        del prose[at:]
        return label["path"]
    return ""


def _prose(lines: list[str]) -> Iterator[Part]:
    text = "\n".join(lines).strip("\n")
    if text.strip():
        yield Prose(text)
