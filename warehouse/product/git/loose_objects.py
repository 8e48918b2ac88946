"""Objects of a git directory, one file each, written and read as git itself does it, without a process.

A process for each commit costs more than everything else about it. Objects that git has packed are
git's to read.
"""

import hashlib
import os
import zlib
from pathlib import Path
from typing import Literal

from warehouse.durable import sync_folder
from warehouse.product.git.command import cannot_write

Kind = Literal["blob", "tree", "commit"]
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_AS_FAST_AS_POSSIBLE = 1
"""How hard to pack, as git does it for objects that lie alone."""


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
                _write(path, zlib.compress(raw, _AS_FAST_AS_POSSIBLE))
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


def blob_id(content: bytes) -> str:
    """What git calls this content."""
    return hashlib.sha1(_raw("blob", content), usedforsecurity=False).hexdigest()


def _raw(kind: Kind, content: bytes) -> bytes:
    return f"{kind} {len(content)}\0".encode() + content


def _write(path: Path, packed: bytes) -> None:
    """Make a file that is there whole or not at all."""
    draft = path.with_name(f"tmp_obj_{path.name[:6]}")  # known to `clear_remains`
    descriptor = os.open(draft, _NEW_FILE, 0o444)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 — a descriptor, for its mode
            file.write(packed)
            file.flush()
            os.fsync(descriptor)
        draft.rename(path)
    except BaseException:
        draft.unlink()
        raise
