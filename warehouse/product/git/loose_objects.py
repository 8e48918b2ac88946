"""Files, trees and commits of a git directory, written as git itself does it, without a process.

A process for each commit costs more than everything else about it. Objects that git has packed are
git's to read.
"""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from warehouse.durable import sync_folder, write_whole
from warehouse.product.git.command import cannot_write
from warehouse.product.git.modes import mode_of

Kind = Literal["blob", "tree", "commit"]
_AS_FAST_AS_POSSIBLE = 1
"""How hard to pack, as git does it for objects that lie alone."""


class Blob(NamedTuple):
    """A file of a commit: `mode` as git writes it, `id` of the content, `size` in bytes."""

    mode: str
    id: str
    size: int


Tree = dict[str, Blob]


@dataclass(frozen=True, slots=True)
class Head:
    """Everything of a commit but its files; `author` and `committer` as git writes them."""

    author: str
    committer: str
    date: str
    text: str
    parent: str | None


class LooseObjects:
    """The objects of one git directory; only for the one writer."""

    def __init__(self, git_dir: Path) -> None:
        self._root = git_dir / "objects"
        self._unsynced: set[Path] = set()
        """Folders with names in them that may not be on the disk."""

    def put(self, kind: Kind, content: bytes) -> str:
        """Store an object and return its id; its name is on the disk only after `sync`.

        Raises ProductError.
        """
        raw = _raw(kind, content)
        sha = _digest(raw)
        path = self._path(sha)
        # Also of an object that is there: a process that was killed may not have waited for its name.
        self._unsynced |= {self._root, path.parent}
        try:
            if not path.exists():
                path.parent.mkdir(exist_ok=True)
                draft = path.with_name(f"tmp_obj_{path.name[:6]}")  # known to `clear_remains`
                write_whole(path, draft, zlib.compress(raw, _AS_FAST_AS_POSSIBLE), mode=0o444)
        except OSError as error:
            raise cannot_write(path, error) from None
        return sha

    def content(self, kind: Kind, sha: str) -> bytes | None:
        """The content of an object; None where it is packed, or not what it is called."""
        try:
            raw = zlib.decompress(self._path(sha).read_bytes())
        except (OSError, zlib.error):
            return None
        content = raw.partition(b"\0")[2]
        is_whole = raw == _raw(kind, content)
        return content if is_whole and sha == object_id(kind, content) else None

    def sync(self) -> None:
        """Return once everything that was put is on the disk."""
        for folder in self._unsynced:
            sync_folder(folder)
        self._unsynced.clear()

    def _path(self, sha: str) -> Path:
        return self._root / sha[:2] / sha[2:]


def tree_of(files: Mapping[str, bytes]) -> Tree:
    """What a commit of these files holds."""
    return {path: Blob(mode_of(data), blob_id(data), len(data)) for path, data in files.items()}


def differing_paths(before: Tree, after: Tree) -> list[str]:
    """The paths, in order, at which one holds another file than the other, or none."""
    paths = sorted(before.keys() | after.keys())
    return [path for path in paths if before.get(path) != after.get(path)]


def blob_id(content: bytes) -> str:
    """What git calls a file of this content."""
    return object_id("blob", content)


def object_id(kind: Kind, content: bytes) -> str:
    """What git calls an object."""
    return _digest(_raw(kind, content))


def write_commit(store: LooseObjects, head: Head, tree: str) -> str:
    """Store a commit of a tree that is stored, and return its id; all of it is on the disk then.

    Raises ProductError.
    """
    lines = [f"tree {tree}", *([f"parent {head.parent}"] if head.parent else [])]
    lines += [f"author {head.author} {head.date}", f"committer {head.committer} {head.date}"]
    sha = store.put("commit", "\n".join([*lines, "", head.text]).encode())
    store.sync()
    return sha


def _raw(kind: Kind, content: bytes) -> bytes:
    return f"{kind} {len(content)}\0".encode() + content


def _digest(raw: bytes) -> str:
    return hashlib.sha1(raw, usedforsecurity=False).hexdigest()
