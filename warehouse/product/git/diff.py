"""What a commit changed, line by line, as git tells it.

A repository may be configured to tell it otherwise: with a program of its own, in another order,
without the blank that begins an empty line. So nothing is asked of the configuration, names come
from where they are ended by NUL, and the lines of a hunk are counted, not guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from warehouse.product.git.command import GitCommand

Status = Literal["added", "changed", "deleted"]
MOST_LINES = 50_000
"""Lines of one commit's hunks that are read; more is told by its number."""

_STATUS: dict[bytes, Status] = {b"A": "added", b"D": "deleted"}
_PATCH = b"diff --git "
_BINARY = b"Binary files "
_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a hunk; `mark` is `+`, `-`, a blank for a line both have, or a backslash for a
    remark of git's. `old` and `new` are its numbers, counted from 1; 0 on the side that lacks it.
    """

    mark: str
    old: int
    new: int
    text: str


@dataclass(frozen=True, slots=True)
class Hunk:
    """A stretch of changed lines with three around it; `heading` is the line it lies under."""

    old: int
    new: int
    heading: str
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file that a commit changed."""

    path: str
    status: Status
    binary: bool
    hunks: tuple[Hunk, ...]
    left_out: int = 0
    """Lines of hunks beyond MOST_LINES, which are not in `hunks`."""

    @property
    def added(self) -> int:
        """Lines added, as far as they were read."""
        return sum(line.mark == "+" for hunk in self.hunks for line in hunk.lines)

    @property
    def removed(self) -> int:
        """Lines removed, as far as they were read."""
        return sum(line.mark == "-" for hunk in self.hunks for line in hunk.lines)


def diff_of(git: GitCommand, sha: str, parent: str | None) -> list[FileDiff]:
    """What `sha` changed since `parent` (None: everything is new), in the order of the paths."""
    output = git.run(
        "diff-tree", "-r", "-z", "--raw", "--patch", "--no-commit-id", "--no-renames",
        "--no-ext-diff", "--no-textconv", "--no-color", "--unified=3", "--inter-hunk-context=0",
        "--diff-algorithm=histogram", "-O/dev/null", *([parent, sha] if parent else ["--root", sha]),
    )  # fmt: skip
    changes, patches = _parts(output)
    return list(_PatchReader(patches).files(changes))


def _parts(output: bytes) -> tuple[list[tuple[Status, str]], bytes]:
    """Status and path of every file, and the patches of all, in the same order."""
    changes = []
    start = 0
    while output[start : start + 1] == b":":
        about_end = output.index(b"\0", start)
        path_end = output.index(b"\0", about_end + 1)
        letter = output[about_end - 1 : about_end]
        path = output[about_end + 1 : path_end].decode(errors="surrogateescape")
        changes.append((_STATUS.get(letter, "changed"), path))
        start = path_end + 1
    return changes, output[start:].removeprefix(b"\0")


class _PatchReader:
    """Reads patches from the first line to the last, once."""

    def __init__(self, patches: bytes) -> None:
        self._lines = patches.split(b"\n")[:-1]
        self._at = 0
        self._room = MOST_LINES

    def files(self, changes: list[tuple[Status, str]]) -> Iterator[FileDiff]:
        for status, path in changes:
            self._at += 1  # its head
            yield self._file(status, path)

    def _file(self, status: Status, path: str) -> FileDiff:
        binary = False
        hunks = []
        left_out = 0
        while self._at < len(self._lines) and not self._lines[self._at].startswith(_PATCH):
            line = self._lines[self._at]
            self._at += 1
            if head := _HUNK.fullmatch(line):
                hunk = self._hunk(head)
                if len(hunk.lines) > self._room:
                    left_out += len(hunk.lines)
                else:
                    self._room -= len(hunk.lines)
                    hunks.append(hunk)
            elif line.startswith(_BINARY):
                binary = True
        return FileDiff(path, status, binary, tuple(hunks), left_out)

    def _hunk(self, head: re.Match[bytes]) -> Hunk:
        old, new = int(head[1]), int(head[3])
        old_end, new_end = old + int(head[2] or 1), new + int(head[4] or 1)
        first = old, new
        lines = []
        while self._at < len(self._lines) and (old < old_end or new < new_end or self._remark()):
            line = self._lines[self._at]
            self._at += 1
            mark = line[:1].decode("ascii", "replace") or " "
            in_old, in_new = mark in " -", mark in " +"
            text = line[1:].decode("utf-8", "replace")
            lines.append(DiffLine(mark, old if in_old else 0, new if in_new else 0, text))
            old, new = old + in_old, new + in_new
        return Hunk(*first, head[5].decode("utf-8", "replace"), tuple(lines))

    def _remark(self) -> bool:
        """Whether git says of the line before that no newline ends it."""
        return self._lines[self._at].startswith(b"\\")
