"""The fenced blocks of a reply, found line by line.

CommonMark's own rules give the wrong files for what models write: a Markdown document with code
blocks inside a fence of the same length, a fence indented below a list item whose content is not,
a fence opened before the last was closed, a closing fence glued to the last line of code.
"""

import re
from dataclasses import dataclass

from company.deliverables.languages import canonical

_FENCE = re.compile(
    r"(?P<indent>[ \t]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?)(?P<marker>`{3,}|~{3,})(?P<info>.*)"
)
_ORDINARY_INDENT = 3


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block. Lines are counted from 1; `closed` is false when the reply ends inside."""

    line: int
    last_line: int
    info: str
    body: str
    closed: bool


@dataclass(frozen=True, slots=True)
class _Mark:
    indent: int
    character: str
    length: int
    info: str

    def fits(self, opening: "_Mark") -> bool:
        return self.character == opening.character and self.length >= opening.length


def fences(text: str) -> list[Fence]:
    """The outermost fenced blocks of a text, in order."""
    lines = text.split("\n")
    marks = [_mark(line) for line in lines]
    blocks, at = [], 0
    while at < len(lines):
        opening = marks[at]
        if opening is None:
            at += 1
            continue
        end, resume = _end(lines, marks, at)
        if end == resume < len(lines) and _is_only_a_wrapper(opening, lines[at + 1 : end]):
            at = end
            continue
        body = _dedented(lines[at + 1 : end], opening.indent)
        closed = end < len(lines)
        if not closed and (glued := _glued_end(body, opening)) is not None:
            body = [*body[:glued], body[glued].rstrip()[: -opening.length]]
            end, resume, closed = at + 1 + glued, at + 2 + glued, True
        blocks.append(Fence(at + 1, resume, opening.info, "\n".join(body), closed))
        at = resume
    return blocks


def _mark(line: str) -> _Mark | None:
    match = _FENCE.fullmatch(line)
    if match is None or ("`" in match["info"] and match["marker"][0] == "`"):
        return None
    indent = len(match["indent"].expandtabs(4))
    return _Mark(indent, match["marker"][0], len(match["marker"]), match["info"].strip())


def _end(lines: list[str], marks: list[_Mark | None], start: int) -> tuple[int, int]:
    """The line of the closing fence, and the line to go on from; both past the end if none."""
    opening = marks[start]
    assert opening is not None
    document = canonical(opening.info.split(" ")[0]) == "markdown"
    inside = False
    for at in range(start + 1, len(lines)):
        mark = marks[at]
        if mark is None or not mark.fits(opening):
            continue
        if inside:
            inside = bool(mark.info)
        elif mark.info:
            if not document and mark.indent <= opening.indent:
                return at, at
            inside = True
        elif mark.indent > opening.indent + _ORDINARY_INDENT and not document:
            continue
        elif document and _opens_a_sample(lines, marks, at):
            inside = True
        else:
            return at, at + 1
    return len(lines), len(lines)


def _opens_a_sample(lines: list[str], marks: list[_Mark | None], at: int) -> bool:
    """Whether a bare fence inside a document opens a sample rather than closing the document."""
    introduced = not lines[at - 1].strip() or lines[at - 1].rstrip().endswith(":")
    followed = at + 1 < len(lines) and bool(lines[at + 1].strip())
    bare_marks_below = sum(1 for mark in marks[at + 1 :] if mark is not None and not mark.info)
    return introduced and followed and bare_marks_below >= 2


def _is_only_a_wrapper(opening: _Mark, body: list[str]) -> bool:
    """Whether a bare fence that runs into the next one holds no more than that one's heading."""
    return not opening.info and sum(1 for line in body if line.strip()) <= 2


def _glued_end(body: list[str], opening: _Mark) -> int | None:
    marker = opening.character * opening.length
    for number, line in enumerate(body):
        plain = line.rstrip()
        glued = plain.endswith(marker) and plain.count(opening.character) == opening.length
        if glued and plain.strip() != marker:
            return number
    return None


def _dedented(body: list[str], indent: int) -> list[str]:
    """The lines without the fence's own indentation, as far as all of them share it."""
    split = [(line[: len(line) - len(line.lstrip(" \t"))], line.lstrip(" \t")) for line in body]
    widths = [len(space.expandtabs(4)) for space, rest in split if rest]
    shared = min([indent, *widths])
    if shared == 0:
        return body
    return [space.expandtabs(4)[shared:] + rest for space, rest in split]
