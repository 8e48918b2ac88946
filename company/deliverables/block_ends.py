"""Where the block that a fence opens ends: by the marks below, by its language, and whether that is plain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from company.deliverables.fence_marks import Mark, dedented
from company.deliverables.labels import comment_path, heading_path, info_label, label_above
from company.deliverables.languages import canonical, suits
from company.deliverables.wholeness import CERTAIN, Wholeness, wholeness

_DOCUMENTS = frozenset({"markdown", "rst"})
"""Languages whose files may well hold fences."""
_ORDINARY_INDENT = 3
_MOST_ENDS = 40
"""How many marks are tried as the end of one block."""
_MOST_BELOW = 40
"""How many marks without a name are looked at below a block: an even number, which pairs up."""


@dataclass(frozen=True, slots=True)
class End:
    """The line of the closing fence, and the line to go on from; both past the end if none."""

    line: int
    resume: int
    doubtful: bool = False


class BlockEnds:
    """Finds the ends of the blocks of a reply."""

    def __init__(self, lines: Sequence[str], marks: Sequence[Mark | None]) -> None:
        self._lines = lines
        self._marks = marks
        bare = [at for at, mark in enumerate(marks) if mark is not None and not mark.info]
        self._last_bare_but_one = bare[-2] if len(bare) > 1 else -1

    def end(self, start: int, language: str, *, named: bool) -> End:
        """Where the block ends that a mark opens; `named` when the reply gives it a name."""
        opening = self._marks[start]
        assert opening is not None
        first = next(self._closers(start), len(self._lines))
        if opening.is_unusual and self._was_chosen_for(start, first, language):
            return End(first, min(first + 1, len(self._lines)))
        end = self._end(start, language)
        swallows = named and language in _DOCUMENTS and self._swallows_a_file(start + 1, end.line)
        return replace(end, doubtful=end.doubtful or swallows)

    def _end(self, start: int, language: str) -> End:
        """Where a block ends: by its marks, unless that leaves something open in its language."""
        end = self._end_by_marks(start, document=language in _DOCUMENTS)
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
            return End(end.line, end.resume, not self._begins_file(end.line))
        breaks_off = found is Wholeness.OPEN and language in CERTAIN
        if language in _DOCUMENTS:
            breaks_off = self._last_written(end.line).endswith((":", "："))
        doubtful = breaks_off or self._is_doubtful(end, found is Wholeness.WHOLE)
        return End(end.line, end.resume, doubtful)

    def _was_chosen_for(self, start: int, end: int, language: str) -> bool:
        """Whether a fence is another than those its block holds, so that the first like it ends it."""
        opening = self._marks[start]
        assert opening is not None
        alike = any(mark and mark.fits(opening) for mark in self._marks[start + 1 : end])
        certain = language in CERTAIN and self._wholeness(language, start, end) is Wholeness.OPEN
        return not alike and not certain

    def _last_written(self, end: int) -> str:
        return next((line.rstrip() for line in self._lines[end - 1 :: -1] if line.strip()), "")

    def _end_by_marks(self, start: int, document: bool) -> End:
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
                return End(at, at + 1)
        return End(len(self._lines), len(self._lines))

    def _before_label(self, start: int, at: int) -> End:
        """The end of a block that was not closed before the fence at `at`, or that one's heading."""
        above = at - 1
        while above > start and not self._lines[above].strip():
            above -= 1
        if above > start + 1 and heading_path(self._lines[above]):
            at = above
            while at > start + 1 and not self._lines[at - 1].strip():
                at -= 1
        return End(at, at)

    def _begins_file(self, at: int) -> bool:
        """Whether a block with a name begins at a line, or the reply has ended."""
        while at < len(self._lines) and self._marks[at] is None:
            at += 1
        return at == len(self._lines) or self._is_named(at, max(at - 2, 0))

    def _is_named(self, at: int, above: int) -> bool:
        """Whether the block that a mark opens has a name: in it, above it or in its first line."""
        mark, first = self._marks[at], self._lines[at + 1 : at + 2]
        named = (mark and info_label(mark.info)[1]) or label_above(self._lines[above:at])
        return bool(named or any(map(comment_path, first)))

    def _closers(self, start: int) -> Iterator[int]:
        opening = self._marks[start]
        assert opening is not None
        for at in range(start + 1, len(self._lines)):
            mark = self._marks[at]
            if mark and mark.closes(opening) and mark.indent <= opening.indent + _ORDINARY_INDENT:
                yield at

    def _other_ends(self, start: int, language: str) -> Iterator[End]:
        """Where else a block may end: behind the heading of another file only if its language tells
        for certain that this is part of it."""
        above = start + 1
        for at in islice(self._closers(start), _MOST_ENDS):
            if language not in CERTAIN and self._names_a_file(above, at):
                return
            yield End(at, at + 1)
            above = at + 1

    def _swallows_a_file(self, start: int, end: int) -> bool:
        """Whether a fence opens in a document as one of a file of its own does: below its name, and in
        its language where the line says more than the name."""
        inside = [(at, mark) for at, mark in enumerate(self._marks[start:end], start) if mark]
        for at, mark in inside[::2]:
            label = label_above(self._lines[max(at - 2, start) : at])
            language = canonical(info_label(mark.info)[0])
            if label and (label.whole or suits(label.path, language)):
                return True
        return False

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
        body = dedented(self._lines[start + 1 : end], opening.indent)
        return wholeness(language, "\n".join(body))

    def _is_doubtful(self, end: End, whole: bool) -> bool:
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
        introduced = self._last_written(below[0][0]).endswith((":", "："))
        return runs_on and not whole and not introduced

    def _unnamed_marks(self, start: int) -> Iterator[tuple[int, Mark]]:
        """The marks from a line on, up to the one that opens a block with a name."""
        above, opens = start, True
        for at in range(start, len(self._lines)):
            mark = self._marks[at]
            if mark is None:
                continue
            if opens and self._is_named(at, above):
                return
            yield at, mark
            above, opens = at + 1, not opens

    def _opens_a_sample(self, at: int) -> bool:
        """Whether a bare fence inside a document opens a sample rather than closing the document."""
        introduced = not self._lines[at - 1].strip() or self._lines[at - 1].rstrip().endswith(":")
        followed = at + 1 < len(self._lines) and bool(self._lines[at + 1].strip())
        return introduced and followed and at < self._last_bare_but_one


def _pair_up(marks: Sequence[Mark]) -> bool:
    """Whether each opens or closes a block, one after the other."""
    closing = marks[1::2]
    return len(marks) % 2 == 0 and not any(mark.info for mark in closing)
