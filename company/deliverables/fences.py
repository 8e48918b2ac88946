"""The fenced blocks of a reply, found line by line.

CommonMark's own rules give the wrong files for what models write: a Markdown document with code
blocks inside a fence of the same length, a program that holds fences in a string, a fence indented
below a list item whose content is not, a fence opened before the last was closed, a closing fence
glued to the last line of code.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from company.deliverables.edits import edited_lines
from company.deliverables.labels import comment_path, heading_path, info_label, label_above
from company.deliverables.languages import canonical, language_of
from company.deliverables.wholeness import CERTAIN, Wholeness, wholeness

_FENCE = re.compile(
    r"(?P<indent>[ \t]*+)(?P<bullet>(?:(?:[-*+]|\d{1,3}[.)])[ \t]++)?)(?P<marker>`{3,}|~{3,})(?P<info>.*)"
)
_ORDINARY_INDENT = 3
_SHORTEST = 3
_MOST_ENDS = 40
"""How many marks are tried as the end of one block."""
_MOST_BELOW = 40
"""How many marks without a name are looked at below a block: an even number, which pairs up."""


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block. Lines are counted from 1; `closed` is false when the reply ends inside.

    `doubtful` when it may as well end further down, at a fence that is not its own; `unusual` when
    it is no ``` and so chosen for what the block holds.
    """

    line: int
    last_line: int
    info: str
    body: str
    closed: bool
    doubtful: bool = False
    unusual: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    indent: int
    character: str
    length: int
    info: str
    listed: bool

    def fits(self, opening: "_Mark") -> bool:
        return self.character == opening.character and self.length >= opening.length

    @property
    def is_unusual(self) -> bool:
        return self.length > _SHORTEST or self.character == "~"

    def closes(self, opening: "_Mark") -> bool:
        return self.fits(opening) and not self.info and not self.listed


@dataclass(frozen=True, slots=True)
class _End:
    """The line of the closing fence, and the line to go on from; both past the end if none."""

    line: int
    resume: int
    doubtful: bool = False


def fences(text: str) -> list[Fence]:
    """The outermost fenced blocks of a text, in order."""
    return list(_Reader(text.split("\n")).fences())


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        edited = edited_lines(lines)
        self._marks = [None if at in edited else _mark(line) for at, line in enumerate(lines)]
        bare = [at for at, mark in enumerate(self._marks) if mark is not None and not mark.info]
        self._last_bare_but_one = bare[-2] if len(bare) > 1 else -1

    def fences(self) -> Iterator[Fence]:
        lines, at, prose = self._lines, 0, 0
        while at < len(lines):
            opening = self._marks[at]
            if opening is None:
                at += 1
                continue
            end = self._end(at, _language(opening, lines[prose:at]))
            runs_on = end.line == end.resume < len(lines)
            named = label_above(lines[prose:at])
            if runs_on and not named and _is_only_a_wrapper(opening, lines[at + 1 : end.line]):
                at = end.line
                continue
            end = self._unglued(at, opening, end)
            yield self._fence(at, opening, end)
            at = prose = end.resume

    def _fence(self, at: int, opening: _Mark, end: _End) -> Fence:
        body = _dedented(self._lines[at + 1 : end.line], opening.indent)
        closed = end.line < len(self._lines)
        if closed and end.resume == end.line + 1 and self._marks[end.line] is None:
            last = self._lines[end.line].rstrip()[: -opening.length]
            body = _dedented([*self._lines[at + 1 : end.line], last], opening.indent)
        return Fence(
            at + 1,
            end.resume,
            opening.info,
            "\n".join(body),
            closed,
            end.doubtful,
            opening.is_unusual,
        )

    def _unglued(self, at: int, opening: _Mark, end: _End) -> _End:
        """The same end, or that of a block whose closing fence is glued to its last line."""
        marker = opening.character * opening.length
        if end.line < len(self._lines):
            return end
        for line in range(at + 1, len(self._lines)):
            plain = self._lines[line].rstrip()
            glued = plain.endswith(marker) and plain.count(opening.character) == opening.length
            if glued and self._marks[line] is None:
                return _End(line, line + 1)
        return end

    def _end(self, start: int, language: str) -> _End:
        """Where a block ends: by its marks, unless that leaves something open in its language."""
        opening = self._marks[start]
        assert opening is not None
        if opening.is_unusual:
            first = next(self._closers(start), len(self._lines))
            return _End(first, min(first + 1, len(self._lines)))
        end = self._end_by_marks(start, document=language in {"markdown", "rst"})
        found = self._wholeness(language, start, end.line)
        if found is Wholeness.OPEN:
            for other in self._other_ends(start, language):
                further = self._wholeness(language, start, other.line)
                if further is Wholeness.OPEN:
                    continue
                if further is not Wholeness.BROKEN:
                    end, found = other, Wholeness.WHOLE
                break
        if end.line == end.resume:
            return _End(end.line, end.resume, not self._begins_file(end.line))
        return _End(end.line, end.resume, self._is_doubtful(end, found is Wholeness.WHOLE))

    def _end_by_marks(self, start: int, document: bool) -> _End:
        opening = self._marks[start]
        assert opening is not None
        inside = False
        for at in range(start + 1, len(self._lines)):
            mark = self._marks[at]
            if mark is None or not mark.fits(opening) or mark.listed:
                continue
            if inside:
                inside = bool(mark.info)
            elif mark.info:
                if not document and mark.indent <= opening.indent:
                    return self._before_label(start, at)
                inside = True
            elif mark.indent > opening.indent + _ORDINARY_INDENT and not document:
                continue
            elif document and self._opens_a_sample(at):
                inside = True
            else:
                return _End(at, at + 1)
        return _End(len(self._lines), len(self._lines))

    def _before_label(self, start: int, at: int) -> _End:
        """The end of a block that was not closed before the fence at `at`, or that one's heading."""
        above = at - 1
        while above > start and not self._lines[above].strip():
            above -= 1
        if above > start + 1 and heading_path(self._lines[above]):
            at = above
            while at > start + 1 and not self._lines[at - 1].strip():
                at -= 1
        return _End(at, at)

    def _begins_file(self, at: int) -> bool:
        """Whether a block with a name begins at a line, or the reply has ended."""
        while at < len(self._lines) and self._marks[at] is None:
            at += 1
        mark = self._marks[at] if at < len(self._lines) else None
        first = self._lines[at + 1] if at + 1 < len(self._lines) else ""
        return mark is None or bool(
            info_label(mark.info)[1]
            or label_above(self._lines[max(at - 2, 0) : at])
            or comment_path(first)
        )

    def _closers(self, start: int) -> Iterator[int]:
        opening = self._marks[start]
        assert opening is not None
        for at in range(start + 1, len(self._lines)):
            mark = self._marks[at]
            if mark and mark.closes(opening) and mark.indent <= opening.indent + _ORDINARY_INDENT:
                yield at

    def _other_ends(self, start: int, language: str) -> Iterator[_End]:
        """Where else a block may end: behind the heading of another file only if its language tells
        for certain that this is part of it."""
        above = start + 1
        for at in islice(self._closers(start), _MOST_ENDS):
            if language not in CERTAIN and self._names_a_file(above, at):
                return
            yield _End(at, at + 1)
            above = at + 1

    def _names_a_file(self, start: int, end: int) -> bool:
        for at in range(start, end + 1):
            mark = self._marks[at]
            if mark is None:
                continue
            if info_label(mark.info)[1] or label_above(self._lines[start:at]):
                return True
            start = at + 1
        return False

    def _wholeness(self, language: str, start: int, end: int) -> Wholeness:
        if end >= len(self._lines):
            return Wholeness.UNTOLD
        opening = self._marks[start]
        assert opening is not None
        body = _dedented(self._lines[start + 1 : end], opening.indent)
        return wholeness(language, "\n".join(body))

    def _is_doubtful(self, end: _End, whole: bool) -> bool:
        """Whether the marks below a block, up to the next that is named, do not pair up, or seem to
        stand inside of it."""
        below = list(islice(self._unnamed_marks(end.resume), _MOST_BELOW))
        last = max((at for at, _ in below), default=end.resume)
        if whole and not any(line.strip() for line in self._lines[end.resume : last]):
            return False
        if not _pair_up([mark for _, mark in below]):
            return True
        if not below:
            return False
        if below[0][0] == end.resume and not whole:
            return True
        runs_on = bool(self._lines[end.resume].strip()) and not below[0][1].info
        above = next(line for line in reversed(self._lines[: below[0][0]]) if line.strip())
        return runs_on and not whole and not above.rstrip().endswith((":", "："))

    def _unnamed_marks(self, start: int) -> Iterator[tuple[int, _Mark]]:
        """The marks from a line on, up to the one that opens a block with a name."""
        above, opens = start, True
        for at in range(start, len(self._lines)):
            mark = self._marks[at]
            if mark is None:
                continue
            if opens and (info_label(mark.info)[1] or label_above(self._lines[above:at])):
                return
            yield at, mark
            above, opens = at + 1, not opens

    def _opens_a_sample(self, at: int) -> bool:
        """Whether a bare fence inside a document opens a sample rather than closing the document."""
        introduced = not self._lines[at - 1].strip() or self._lines[at - 1].rstrip().endswith(":")
        followed = at + 1 < len(self._lines) and bool(self._lines[at + 1].strip())
        return introduced and followed and at < self._last_bare_but_one


def _mark(line: str) -> _Mark | None:
    match = _FENCE.fullmatch(line)
    if match is None or ("`" in match["info"] and match["marker"][0] == "`"):
        return None
    indent = len((match["indent"] + match["bullet"]).expandtabs(4))
    marker = match["marker"]
    return _Mark(indent, marker[0], len(marker), match["info"].strip(), bool(match["bullet"]))


def _language(opening: _Mark, prose: Sequence[str]) -> str:
    word, path = info_label(opening.info)
    if word or path:
        return canonical(word) or language_of(path or "")
    above = label_above(prose)
    return language_of(above.path) if above else ""


def _pair_up(marks: Sequence[_Mark]) -> bool:
    """Whether each opens or closes a block, one after the other."""
    closing = marks[1::2]
    return len(marks) % 2 == 0 and not any(mark.info for mark in closing)


def _is_only_a_wrapper(opening: _Mark, body: list[str]) -> bool:
    """Whether a bare fence that runs into the next one holds no more than that one's heading."""
    return not opening.info and sum(1 for line in body if line.strip()) <= 2


def _dedented(body: list[str], indent: int) -> list[str]:
    """The lines without the fence's own indentation, as far as all of them share it."""
    split = [(line[: len(line) - len(line.lstrip(" \t"))], line.lstrip(" \t")) for line in body]
    widths = [len(space.expandtabs(4)) for space, rest in split if rest]
    shared = min([indent, *widths])
    if shared == 0:
        return body
    margin = " " * shared
    return [
        line[shared:] if line.startswith(margin) else space.expandtabs(4)[shared:] + rest
        for line, (space, rest) in zip(body, split, strict=True)
    ]
