"""What git itself tells of a file: who wrote a line, what a commit replaced, what a version was made of.

A version is not made from the one below it in git's history where nodes or parallel branches work
side by side: commits lie in one line, but none has seen what the other did.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from warehouse.product.git.command import GitCommand

_LINE = re.compile(rb"([0-9a-f]{40}) (\d+) (\d+)(?: \d+)?")
_HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


class FileAt(NamedTuple):
    """A file of a commit."""

    sha: str
    path: str


@dataclass(frozen=True, slots=True)
class BlamedLine:
    """A line, and where it stood in the commit that wrote it. Numbers begin at 1."""

    number: int
    text: str
    written: FileAt
    written_number: int
    previous: FileAt | None
    """The file the commit changed; None where it made it."""


class Hunk(NamedTuple):
    """Lines that a commit put in the place of others; an empty range replaces or adds nothing."""

    old: range
    new: range


def blame(git: GitCommand, file: FileAt, grafts: Path) -> list[BlamedLine]:
    """Who wrote each line of a file. `grafts` names a file of other parents for some commits.

    Attributes, filters and configuration are not looked at by a `git` whose directory is ours.
    """
    output = git.run(
        "blame", "--line-porcelain", "--minimal", "-S", str(grafts), file.sha, "--", file.path
    )
    lines = []
    headers: dict[bytes, bytes] = {}
    sha, there, here = "", 0, 0
    for line in output.split(b"\n")[:-1]:
        if line.startswith(b"\t"):
            written = FileAt(sha, _path(headers[b"filename"]))
            text = line[1:].decode(errors="replace")
            lines.append(
                BlamedLine(here, text, written, there, _previous(headers.get(b"previous")))
            )
            headers = {}
        elif head := _LINE.fullmatch(line):
            sha, there, here = head[1].decode(), int(head[2]), int(head[3])
        else:
            key, _, value = line.partition(b" ")
            headers[key] = value
    return lines


def hunks(git: GitCommand, old: FileAt, new: FileAt) -> list[Hunk]:
    """What differs between two files, from the top down, as `blame` sees it."""
    output = git.run(
        "diff", "--unified=0", "--minimal", "--text", "--no-color", "--no-ext-diff",
        "--no-textconv", f"{old.sha}:{old.path}", f"{new.sha}:{new.path}",
    )  # fmt: skip
    return [Hunk(_range(at[1], at[2]), _range(at[3], at[4])) for at in _HUNK.finditer(output)]


def _range(start: bytes, count: bytes | None) -> range:
    length = 1 if count is None else int(count)
    return range(int(start), int(start) + length)


def _previous(value: bytes | None) -> FileAt | None:
    if value is None:
        return None
    sha, _, path = value.partition(b" ")
    return FileAt(sha.decode(), _path(path))


def _path(written: bytes) -> str:
    """A path as git prints it: quoted where it holds a quote, a backslash or a control character."""
    if written.startswith(b'"'):
        # Git escapes as C does, and so does Python, whose codec takes bytes for Latin-1.
        written = written[1:-1].decode("unicode_escape").encode("latin-1")
    return written.decode(errors="surrogateescape")


Beside = Callable[[str, str], bool]
"""Whether two commits were made side by side, without seeing each other."""


class FileVersion(NamedTuple):
    """A file as a commit left it; `blob` is its content's id."""

    sha: str
    path: str
    blob: str


def versions(git: GitCommand, file: FileAt) -> list[FileVersion]:
    """Every version that led to a file, newest first, under its earlier names too."""
    output = git.run(
        "log", "--follow", "--raw", "-z", "--no-abbrev", "--topo-order", "--format=%H",
        "--diff-merges=first-parent", "--no-ext-diff", "--no-textconv", "--no-color",
        file.sha, "--", file.path,
    )  # fmt: skip
    return list(_read(iter(output.split(b"\0"))))


def made_from(
    git: GitCommand, line: list[FileVersion], beside: Beside
) -> Iterator[tuple[FileVersion, FileVersion | None]]:
    """Each version that was not made from the one below it in `line`, and what it was made from.

    None stands for nothing: it was written anew.
    """
    known: dict[tuple[str, str], FileVersion] = {}
    for at, version in reversed(list(enumerate(line))):
        same = known.get((version.path, version.blob))
        known[version.path, version.blob] = version
        visible = (other for other in line[at + 1 :] if not beside(version.sha, other.sha))
        below = next(visible, None)
        if same and not beside(version.sha, same.sha) and _leads_to(git, same, version):
            yield version, same
        elif at + 1 < len(line) and below is not line[at + 1]:
            yield version, below


def _leads_to(git: GitCommand, older: FileVersion, newer: FileVersion) -> bool:
    return git.run("rev-list", "--count", older.sha, f"^{newer.sha}").strip() == b"0"


def _read(fields: Iterator[bytes]) -> Iterator[FileVersion]:
    sha = ""
    for field in fields:
        if not field.lstrip(b"\n").startswith(b":"):
            sha = field.decode(errors="replace")
            continue
        _, _, _, blob, status = field.split(b" ")
        path = next(fields)
        if status[:1] in b"RC":
            path = next(fields)
        yield FileVersion(sha, path.decode(errors="surrogateescape"), blob.decode())
