"""The versions of a file, and which of them each was really made from.

A commit's parent is not always what its author had before him. Fixes that are undone bring a file
back to what it was: what came between is no part of its making. And parallel branches are commits
one after another, but none has seen what the other did.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from warehouse.history.why.blame import FileAt
from warehouse.product.git.command import GitCommand

Beside = Callable[[str, str], bool]
"""Whether two commits were made side by side, without seeing each other."""


class Version(NamedTuple):
    """A file as a commit left it; `blob` is its content's id."""

    sha: str
    path: str
    blob: str


def versions(git: GitCommand, file: FileAt) -> list[Version]:
    """Every version that led to a file, newest first, under its earlier names too."""
    output = git.run(
        "log", "--follow", "--raw", "-z", "--no-abbrev", "--topo-order", "--format=%H",
        "--diff-merges=first-parent", "--no-ext-diff", "--no-textconv", "--no-color",
        file.sha, "--", file.path,
    )  # fmt: skip
    return list(_read(iter(output.split(b"\0"))))


def made_from(
    git: GitCommand, line: list[Version], beside: Beside
) -> Iterator[tuple[Version, Version | None]]:
    """Each version that was not made from the one below it in `line`, and what it was made from.

    None stands for nothing: it was written anew.
    """
    known: dict[tuple[str, str], Version] = {}
    for at, version in reversed(list(enumerate(line))):
        same = known.get((version.path, version.blob))
        known[version.path, version.blob] = version
        seen = (other for other in line[at + 1 :] if not beside(version.sha, other.sha))
        below = next(seen, None)
        if same and not beside(version.sha, same.sha) and _leads_to(git, same, version):
            yield version, same
        elif at + 1 < len(line) and below is not line[at + 1]:
            yield version, below


def _leads_to(git: GitCommand, older: Version, newer: Version) -> bool:
    return git.run("rev-list", "--count", older.sha, f"^{newer.sha}").strip() == b"0"


def _read(fields: Iterator[bytes]) -> Iterator[Version]:
    sha = ""
    for field in fields:
        if not field.lstrip(b"\n").startswith(b":"):
            sha = field.decode(errors="replace")
            continue
        _, _, _, blob, status = field.split(b" ")
        path = next(fields)
        if status[:1] in b"RC":
            path = next(fields)
        yield Version(sha, path.decode(errors="surrogateescape"), blob.decode())
