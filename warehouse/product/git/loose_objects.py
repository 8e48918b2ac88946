"""Files, trees and commits of a git directory, written as git itself does it, without a process.

A process for each commit costs more than everything else about it. Objects that git has packed are
git's to read.
"""

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from warehouse.durable import sync_folder, write_whole
from warehouse.product.git.command import cannot_write

PLAIN_MODE = "100644"
PROGRAM_MODE = "100755"
FOLDER_MODE = "40000"
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
        sha = hashlib.sha1(raw, usedforsecurity=False).hexdigest()
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

    def blob(self, sha: str) -> bytes | None:
        """The content of a file; None where it is packed, or not what it is called."""
        try:
            raw = zlib.decompress(self._path(sha).read_bytes())
        except (OSError, zlib.error):
            return None
        _, _, content = raw.partition(b"\0")
        is_whole = raw == _raw("blob", content)
        return content if is_whole and sha == blob_id(content) else None

    def sync(self) -> None:
        """Return once everything that was put is on the disk."""
        for folder in self._unsynced:
            sync_folder(folder)
        self._unsynced.clear()

    def _path(self, sha: str) -> Path:
        return self._root / sha[:2] / sha[2:]


def mode_of(content: bytes) -> str:
    """A file that begins with `#!` is a program; nothing else says so here."""
    return PROGRAM_MODE if content.startswith(b"#!") else PLAIN_MODE


def tree_of(files: Mapping[str, bytes]) -> Tree:
    """What a commit of these files holds."""
    return {path: Blob(mode_of(data), blob_id(data), len(data)) for path, data in files.items()}


def differing_paths(before: Tree, after: Tree) -> list[str]:
    """The paths, in order, at which one holds another file than the other, or none."""
    paths = sorted(before.keys() | after.keys())
    return [path for path in paths if before.get(path) != after.get(path)]


def blob_id(content: bytes) -> str:
    """What git calls this content."""
    return hashlib.sha1(_raw("blob", content), usedforsecurity=False).hexdigest()


def write_commit(
    store: LooseObjects, head: Head, tree: Mapping[str, Blob], contents: Iterable[bytes]
) -> str:
    """Store a commit of a tree and return its id; all of it is on the disk then.

    `contents` are those files of the tree that are new. Raises ProductError.
    """
    for content in contents:
        store.put("blob", content)
    lines = [f"tree {_put_tree(store, tree)}", *([f"parent {head.parent}"] if head.parent else [])]
    lines += [f"author {head.author} {head.date}", f"committer {head.committer} {head.date}"]
    sha = store.put("commit", "\n".join([*lines, "", head.text]).encode())
    store.sync()
    return sha


def _put_tree(store: LooseObjects, tree: Mapping[str, Blob]) -> str:
    entries: dict[str, tuple[str, str]] = {}
    folders: dict[str, dict[str, Blob]] = {}
    for path, blob in tree.items():
        name, slash, rest = path.partition("/")
        if slash:
            folders.setdefault(name, {})[rest] = blob
        else:
            entries[name] = (blob.mode, blob.id)
    # git sorts a folder as if its name ended with a slash.
    keyed = {name.encode(): (name, *entry) for name, entry in entries.items()}
    for name, files in folders.items():
        keyed[f"{name}/".encode()] = name, FOLDER_MODE, _put_tree(store, files)
    return store.put(
        "tree",
        b"".join(
            f"{mode} {name}\0".encode() + bytes.fromhex(sha)
            for _, (name, mode, sha) in sorted(keyed.items())
        ),
    )


def _raw(kind: Kind, content: bytes) -> bytes:
    return f"{kind} {len(content)}\0".encode() + content
