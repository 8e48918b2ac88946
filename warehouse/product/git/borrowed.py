"""Reading a repository that anyone may have configured.

A delivered product may have been cloned, gone on with, or sent by a stranger: its configuration,
attributes and hooks can name commands that git would run, filters among them. So git works in a
directory of our own, which only borrows the repository's objects, and leaves nothing behind.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from warehouse.errors import ProductError
from warehouse.plain_file import read_plain_file
from warehouse.product.git.command import SHALLOW, GitCommand
from warehouse.product.git.foreign import (
    checked_out,
    common_dir_of,
    git_dir_of,
    is_bare,
    make_git_dir,
)
from warehouse.product.git.refs import Refs

LARGEST_LIST = 16 << 20
_SHA = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class BorrowedGit:
    """A repository's objects behind a git directory of ours. What is written stays in ours."""

    git: GitCommand
    refs: Mapping[str, str]
    """What each ref of theirs, by its full name, leads to."""
    head: str
    """The id of the commit that is checked out."""
    shallow: frozenset[str]
    """Commits whose parents this clone does not have."""

    def ref(self, name: str) -> str | None:
        """The commit that a ref, by its full name, leads to."""
        return _commit_of(self.git, self.refs.get(name))

    def commit_called(self, revision: str) -> str | None:
        """The commit that a person means by a name, a part of an id, or words such as `HEAD~3`."""
        is_plain = revision.isprintable() and not revision.startswith("-")
        return _commit_of(self.git, revision) if is_plain else None

    def commit_on_head(self, changes: Mapping[str, bytes | None]) -> str:
        """The id of a commit that holds `changes` (None deletes) upon the head."""
        self.git.run("read-tree", self.head, index=True)
        entries = [self._entry(path, content) for path, content in changes.items()]
        self.git.run("update-index", "-z", "--index-info", stdin=b"".join(entries), index=True)
        tree = self.git.run("write-tree", index=True).decode().strip()
        made = self.git.run("commit-tree", tree, "-p", self.head, "-m", "As it lies there")
        return made.decode().strip()

    def blob(self, content: bytes) -> str:
        """The id of `content` as an object."""
        return self.git.run("hash-object", "-w", "--stdin", stdin=content).decode().strip()

    def _entry(self, path: str, content: bytes | None) -> bytes:
        about = f"0 {'0' * 40}" if content is None else f"100644 {self.blob(content)}"
        return about.encode() + b"\t" + os.fsencode(path) + b"\0"


@contextmanager
def borrowed(root: Path) -> Iterator[BorrowedGit]:
    """Borrow the repository of the work tree `root`, or the bare one that it is.

    Raises `ProductError` where there is none, or none that can be read.
    """
    git_dir = git_dir_of(root) or (root if is_bare(root) else None)
    if git_dir is None:
        raise ProductError(f"{root} holds no product: it has no git repository of its own")
    common = common_dir_of(git_dir)
    refs = Refs(common).all()
    shallow = _shallow(common)
    with TemporaryDirectory(prefix="softhouse-why-") as folder:
        ours = make_git_dir(Path(folder) / ".git", "ref: refs/heads/none")
        if shallow:
            (ours / SHALLOW).write_text("".join(f"{sha}\n" for sha in sorted(shallow)))
        alternate = _quoted(os.fsencode(common / "objects"))
        (ours / "objects" / "info" / "alternates").write_bytes(alternate + b"\n")
        with borrowed_objects(ours, refs, checked_out(git_dir, refs), shallow, root) as source:
            yield source


@contextmanager
def borrowed_objects(
    ours: Path, refs: Mapping[str, str], head: str | None, shallow: frozenset[str], root: Path | str
) -> Iterator[BorrowedGit]:
    """The repository behind a git directory of ours that has its objects. Raises `ProductError`."""
    git = GitCommand(ours, is_ours=True)
    named = "".join(f"{sha} {name}\n" for name, sha in sorted(refs.items()))
    (ours / "packed-refs").write_bytes(os.fsencode(named))
    found = _commit_of(git, head)
    if found is None:
        raise ProductError(f"The repository in {root} has no commit that could be read")
    (ours / "HEAD").write_text(f"{found}\n")
    yield BorrowedGit(git, refs, found, shallow)


def _commit_of(git: GitCommand, sha: str | None) -> str | None:
    """The commit that an object is, or marks."""
    try:
        found = sha and git.run("rev-parse", "--verify", "--quiet", f"{sha}^{{commit}}")
    except ProductError:
        return None
    return found.decode().strip() if found else None


def _shallow(common: Path) -> frozenset[str]:
    lines = (
        (read_plain_file(common / "shallow", LARGEST_LIST) or b"")
        .decode("ascii", "replace")
        .split()
    )
    return frozenset(line for line in lines if _SHA.fullmatch(line))


def _quoted(path: bytes) -> bytes:
    escaped = path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + escaped + b'"'
