"""The fenced blocks of a reply, found line by line.

CommonMark's own rules give the wrong files for what models write: a Markdown document with code
blocks inside a fence of the same length, a program that holds fences in a string, a fence indented
below a list item whose content is not, a fence opened before the last was closed, a closing fence
glued to the last line of code.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from company.deliverables.block_ends import BlockEnds, End
from company.deliverables.fence_marks import Mark, dedented, marks_of
from company.deliverables.labels import info_label, label_above
from company.deliverables.languages import canonical, language_of


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


def fences(text: str) -> list[Fence]:
    """The outermost fenced blocks of a text, in order."""
    return list(_Reader(text.split("\n")).fences())


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._marks = marks_of(lines)
        self._ends = BlockEnds(lines, self._marks)

    def fences(self) -> Iterator[Fence]:
        lines, at, prose = self._lines, 0, 0
        while at < len(lines):
            opening = self._marks[at]
            if opening is None:
                at += 1
                continue
            language, named = _language(opening, lines[prose:at]), label_above(lines[prose:at])
            end = self._ends.end(at, language, named=named is not None)
            runs_on = end.line == end.resume < len(lines)
            if runs_on and not named and _is_only_a_wrapper(opening, lines[at + 1 : end.line]):
                at = end.line
                continue
            end = self._unglued(at, opening, end)
            yield self._fence(at, opening, end)
            at = prose = end.resume

    def _fence(self, at: int, opening: Mark, end: End) -> Fence:
        body = dedented(self._lines[at + 1 : end.line], opening.indent)
        closed = end.line < len(self._lines)
        if closed and end.resume == end.line + 1 and self._marks[end.line] is None:
            last = self._lines[end.line].rstrip()[: -opening.length]
            body = dedented([*self._lines[at + 1 : end.line], last], opening.indent)
        return Fence(
            at + 1,
            end.resume,
            opening.info,
            "\n".join(body),
            closed,
            end.doubtful,
            opening.is_unusual,
        )

    def _unglued(self, at: int, opening: Mark, end: End) -> End:
        """The same end, or that of a block whose closing fence is glued to its last line."""
        marker = opening.character * opening.length
        if end.line < len(self._lines):
            return end
        for line in range(at + 1, len(self._lines)):
            plain = self._lines[line].rstrip()
            glued = plain.endswith(marker) and plain.count(opening.character) == opening.length
            if glued and self._marks[line] is None:
                return End(line, line + 1)
        return end


def _language(opening: Mark, prose: Sequence[str]) -> str:
    word, path = info_label(opening.info)
    if word or path:
        return canonical(word) or language_of(path or "")
    above = label_above(prose)
    return language_of(above.path) if above else ""


def _is_only_a_wrapper(opening: Mark, body: list[str]) -> bool:
    """Whether a bare fence that runs into the next one holds no more than that one's heading."""
    return not opening.info and sum(1 for line in body if line.strip()) <= 2
