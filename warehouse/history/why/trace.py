"""From a line of a file to the commit that wrote it, through all later edits.

Lines that were taken back to what they had been belong to who wrote them first, not to who took
them back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse.history.why.blame import (
    BlamedLine,
    FileAt,
    FileVersion,
    Hunk,
    blame,
    hunks,
    made_from,
    versions,
)
from warehouse.history.why.branches import Branches
from warehouse.history.why.origin import UNCOMMITTED, Origin, origin_of
from warehouse.history.why.work_file import WorkFile, work_file
from warehouse.product.git.borrowed import BorrowedGit
from warehouse.product.git.objects import GitObjects


@dataclass(frozen=True, slots=True)
class TracedLine:
    """A line of a file and who wrote it."""

    origin: Origin
    blamed: BlamedLine

    @property
    def number(self) -> int:
        """Counted from 1."""
        return self.blamed.number

    @property
    def text(self) -> str:
        return self.blamed.text


@dataclass(frozen=True, slots=True)
class Share:
    """What one origin has of a file."""

    origin: Origin
    lines: tuple[TracedLine, ...]


class Provenance:
    """Where the lines of one file come from; `trace` makes it."""

    def __init__(self, source: BorrowedGit, file: WorkFile, branches: Branches) -> None:
        self.file = file
        self._git = source.git
        self._shallow = source.shallow
        self._branches = branches
        self._versions = versions(self._git, file.at)
        self._origins: dict[str, Origin] = {}
        self._learn(version.sha for version in self._versions)
        self._made_from = dict(made_from(self._git, self._versions, self._beside))
        self._grafts = self._git.git_dir / "grafts"
        self._grafts.write_text("".join([*map(_graft, self._made_from.items()), *self._merges()]))
        self._blamed: dict[FileAt, list[TracedLine]] = {}
        self._hunks: dict[tuple[FileAt, FileAt], list[Hunk]] = {}

    def _merges(self) -> Iterator[str]:
        """A graft for each version in which branches were merged: it has what each of them made."""
        for at, version in enumerate(self._versions):
            if version in self._made_from:
                continue
            older = {self._origins[each.sha].step: each for each in self._versions[:at:-1]}
            steps = (self._origins[each.sha].step for each in self._versions[at + 1 :])
            merged = self._branches.merged_from(self._origins[version.sha].step, steps)
            if merged:
                yield " ".join([version.sha, *(older[step].sha for step in merged)]) + "\n"

    @property
    def lines(self) -> list[TracedLine]:
        """Every line of the file; none where it is binary."""
        return self._lines(self.file.at) if self.file.is_text else []

    @property
    def last(self) -> Origin:
        """Who made the file what it is as a whole."""
        version = self._versions[0]
        while (older := self._made_from.get(version)) and older.blob == version.blob:
            version = older
        return self._origins[version.sha]

    def shares(self, lines: Iterable[TracedLine]) -> list[Share]:
        """The lines by who wrote them, the earliest first."""
        by_origin: dict[Origin, list[TracedLine]] = {}
        for line in lines:
            by_origin.setdefault(line.origin, []).append(line)
        newest_first = list(self._origins.values())
        return [
            Share(origin, tuple(by_origin[origin]))
            for origin in sorted(by_origin, key=newest_first.index, reverse=True)
        ]

    def earlier(self, line: TracedLine) -> list[Share]:
        """What stood there before: what the line replaced, and what that had replaced.

        The latest first. Where several lines became another number of lines, all are named.
        """
        replaced: dict[tuple[FileAt, int], TracedLine] = {}
        left = [line]
        while left:
            for old in self._replaced_by(left.pop().blamed):
                place = old.blamed.written, old.blamed.written_number
                if place not in replaced:
                    replaced[place] = old
                    left.append(old)
        in_order = sorted(replaced.values(), key=lambda old: old.blamed.written_number)
        return self.shares(in_order)[::-1]

    def as_written(self, line: TracedLine) -> list[str]:
        """The lines of the file as the line's origin left it."""
        return [each.text for each in self._lines(line.blamed.written)]

    def before(self, line: TracedLine) -> list[str]:
        """The lines of the file as they were before the line's origin changed it."""
        previous = line.blamed.previous
        return [each.text for each in self._lines(previous)] if previous else []

    def _lines(self, file: FileAt) -> list[TracedLine]:
        if file not in self._blamed:
            blamed = blame(self._git, file, self._grafts)
            self._learn({each.written.sha for each in blamed})
            self._blamed[file] = [
                TracedLine(self._origins[each.written.sha], each) for each in blamed
            ]
        return self._blamed[file]

    def _learn(self, commits: Iterable[str]) -> None:
        new = [sha for sha in commits if sha not in self._origins]
        for sha, raw in GitObjects(self._git).contents(new).items():
            is_ours = sha == self.file.at.sha and not self.file.is_committed
            cut = sha in self._shallow
            self._origins[sha] = UNCOMMITTED if is_ours else origin_of(sha, raw, is_cut_off=cut)

    def _replaced_by(self, line: BlamedLine) -> list[TracedLine]:
        if line.previous is None:
            return []
        numbers = _stood_at(line.written_number, self._changes(line.previous, line.written))
        before = self._lines(line.previous)
        return [before[number - 1] for number in numbers]

    def _changes(self, old: FileAt, new: FileAt) -> list[Hunk]:
        if (old, new) not in self._hunks:
            self._hunks[old, new] = hunks(self._git, old, new)
        return self._hunks[old, new]

    def _beside(self, sha: str, other: str) -> bool:
        return self._branches.beside(self._origins[sha].step, self._origins[other].step)


def trace(
    source: BorrowedGit, root: Path, path: str, branches: Branches | None = None
) -> Provenance:
    """Where the lines of a file come from, as it lies in the work tree `root`.

    `path` is relative to the root. `branches` are what was done side by side, which only a journal
    tells. Raises ProductError where there is no such file or no history.
    """
    return Provenance(source, work_file(source, root, path), branches or Branches())


def _stood_at(number: int, changes: list[Hunk]) -> range:
    """The numbers of the lines that a line, by its new number, replaced."""
    for old, new in changes:
        if number in new:
            at = number - new.start
            return old[at : at + 1] if len(old) == len(new) else old
    return range(0)


def _graft(pair: tuple[FileVersion, FileVersion | None]) -> str:
    version, parent = pair
    return f"{version.sha} {parent.sha}\n" if parent else f"{version.sha}\n"
