"""The files of two products, side by side: which are the same, and how far the others differ."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from typing import Literal

from warehouse.events import CommitEnded, CommitStarted
from warehouse.journal.journal import Event

MOST_LINES = 5_000
"""Lines that two texts may have together to be compared line by line: that takes time squared."""

Lines = Sequence[str]
Edit = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]


@dataclass(frozen=True, slots=True)
class Version:
    """One run's version of a file."""

    digest: str
    """SHA-256 of the content in hexadecimal; empty where nobody wrote it down."""
    content: bytes | None = None
    """None where the product is gone and only the journal tells of the file."""

    @classmethod
    def of(cls, content: bytes) -> "Version":
        return cls(hashlib.sha256(content).hexdigest(), content)

    @property
    def lines(self) -> list[str] | None:
        """The lines, each with its end; None where there is no text to be had."""
        if self.content is None or b"\0" in self.content:
            return None
        return lines_of(self.content.decode("utf-8", "replace"))


Versions = Mapping[str, Version]
"""Path → version."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One path in both runs; `added` and `removed` count lines from `a` to `b`."""

    path: str
    state: Literal["same", "changed", "only in a", "only in b", "unknown"]
    """`unknown` where a product is gone and its journal does not say what was in the file."""
    a: Version | None
    b: Version | None
    added: int | None
    removed: int | None
    """None where the lines are not known or were too many to compare."""

    def patch(self) -> str:
        """The way from `a` to `b` as a unified diff; a remark where lines cannot be shown."""
        a, b = _lines(self.a), _lines(self.b)
        if a is None or b is None:
            return f"{self.path}: no text that could be compared\n"
        if len(a) + len(b) > MOST_LINES and a and b:
            return f"{self.path}: too many lines to compare one by one\n"
        heads = f"a/{self.path}" if a else "/dev/null", f"b/{self.path}" if b else "/dev/null"
        return "".join(_ended(line) for line in unified_diff(a, b, *heads))


def file_rows(a: Versions, b: Versions) -> tuple[FileRow, ...]:
    """A row for every path of either run, in the order of the alphabet."""
    return tuple(_row(path, a.get(path), b.get(path)) for path in sorted({*a, *b}))


def files_in(events: Iterable[Event]) -> dict[str, Version]:
    """The files of a run as its recorded commits tell them: by digest, without their content."""
    files: dict[str, Version] = {}
    requests: dict[tuple[str, int], Mapping[str, str | None]] = {}
    for event in events:
        match event.data:
            case CommitStarted() as started:
                requests[event.where, started.ordinal] = started.request.files or {}
            case CommitEnded() as ended:
                digests = requests.get((event.where, ended.ordinal), {})
                for change in ended.result.files:
                    if change.status == "deleted":
                        files.pop(change.path, None)
                    else:
                        files[change.path] = Version(digests.get(change.path) or "")
    return files


def edits(a: Lines, b: Lines) -> list[Edit] | None:
    """The way from `a` to `b`: every stretch with its tag (`equal` where both have it), its first
    and last line in `a`, and those in `b`. None where there are too many lines to say.
    """
    if len(a) + len(b) > MOST_LINES:
        return None
    return SequenceMatcher(None, a, b).get_opcodes()


def lines_of(text: str) -> list[str]:
    """The lines as git counts them, each with its end."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _row(path: str, a: Version | None, b: Version | None) -> FileRow:
    if a is None or b is None:
        state: Literal["only in a", "only in b"] = "only in a" if a else "only in b"
        return FileRow(path, state, a, b, *_counts(a, b))
    if a.digest and a.digest == b.digest:
        return FileRow(path, "same", a, b, 0, 0)
    if not (a.digest and b.digest):
        return FileRow(path, "unknown", a, b, None, None)
    return FileRow(path, "changed", a, b, *_counts(a, b))


def _counts(a: Version | None, b: Version | None) -> tuple[int | None, int | None]:
    first, second = _lines(a), _lines(b)
    if first is None or second is None:
        return None, None
    if not first or not second:
        return len(second), len(first)
    changes = edits(first, second)
    if changes is None:
        return None, None
    changed = [edit for edit in changes if edit[0] != "equal"]
    added = sum(to - start for _, _, _, start, to in changed)
    return added, sum(to - start for _, start, to, _, _ in changed)


def _lines(version: Version | None) -> list[str] | None:
    return version.lines if version else []


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
