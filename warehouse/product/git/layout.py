"""The files of a commit as they lie in the work tree, and the index that remembers them.

By the index, git tells the customer what was changed since the last commit. It holds no times or sizes of
files, so git looks at their contents before it believes anything.
"""

import hashlib
import os
import struct
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from warehouse.product.git.command import cannot_write
from warehouse.product.git.git_dir import replace
from warehouse.product.git.loose_objects import blob_id
from warehouse.product.git.modes import PLAIN_MODE, PROGRAM_MODE, is_file, is_program
from warehouse.product.git.objects import GitObjects
from warehouse.product.git.snapshot import Snapshot
from warehouse.product.git.work_tree import WorkTree

INDEX_VERSIONS = 2, 3
"""The later has flags of which the one is used that says: not in the work tree."""
LONGEST_TOLD = 0xFFF
"""Bytes; of a longer path the index says only that it is longer."""
_EXTENDED, _SKIPPED = 0x4000, 0x4000
Signature = tuple[int, int, int] | None
"""What shows that an index is still the one that was written; None where there is none."""


class LaidOut(NamedTuple):
    """What lies in the work tree, as far as it is known."""

    files: Mapping[str, str]
    """Path → id of the content that was laid out there."""
    staged: Mapping[str, str] = {}
    """The same of what somebody added to the index: git has these contents, and drops them with it."""


class Layout:
    """Lays commits out for the customer to see; only for the one writer."""

    def __init__(self, path: Path, objects: GitObjects) -> None:
        self.path = path
        self._objects = objects
        self._work_tree = WorkTree(path)
        self._known: tuple[Signature, LaidOut] | None = None

    def remembered(self) -> LaidOut | None:
        """What lies there, where it was laid out by this object and the index is still the same."""
        if self._known is None or self._known[0] != _signature(self.path / ".git"):
            return None
        return self._known[1]

    def is_new(self) -> None:
        """Nothing was ever laid out, nor an index written."""
        self._known = None, LaidOut({})

    def change(self, last: LaidOut, to: Snapshot, at_hand: Mapping[str, bytes]) -> None:
        """Go over to the files of a commit; `at_hand` are contents by id, to save reading them.

        Where it would take away what somebody put or wrote there, that is kept beside it.
        """
        was = last.files
        lying = self._work_tree.lying(to.files.keys() | was.keys())
        gone = was.keys() - to.files.keys()
        stale = {
            path for path, blob in to.files.items() if was.get(path) != blob.id or path not in lying
        }
        self._keep_theirs((stale | gone) & lying, last, to)
        self._put(last, to, stale, gone, at_hand)

    def _keep_theirs(self, paths: Iterable[str], last: LaidOut, to: Snapshot) -> None:
        """Give other names to files that are neither as they were laid out nor as they are to be; to ones that
        were never laid out, where no commit has their contents."""
        odd = {}
        for path in paths:
            content = self._work_tree.read(path)
            if content is None or not content.strip(b"\0"):
                continue  # as a power loss leaves files: nobody's words
            sha = blob_id(content)
            meant = to.files[path].id if path in to.files else None
            if sha not in (last.files.get(path), meant):
                odd[path] = sha
        known = self._objects.kinds(sha for path, sha in odd.items() if path not in last.files)
        for path, sha in odd.items():
            if path in last.files or sha not in known or last.staged.get(path) == sha:
                self._work_tree.keep(path)

    def only_staged(self, last: LaidOut) -> dict[str, str]:
        """What of the staged lies in no file: path → id of the content. A new index drops it."""
        lying = {path: self._work_tree.read(path) for path in last.staged}
        return {
            path: sha
            for path, sha in last.staged.items()
            if (content := lying[path]) is None or blob_id(content) != sha
        }

    def restore(self, last: LaidOut, to: Snapshot) -> None:
        """Lay a commit out over what a crash left there.

        A file that is not what it should be is replaced, unless somebody changed it since: that
        may hold words which are nowhere else.
        """
        tree = to.files
        lying = {path: self._work_tree.read(path) for path in last.files.keys() | tree.keys()}
        odd = {
            path: content
            for path, content in lying.items()
            if content is not None and not (path in tree and blob_id(content) == tree[path].id)
        }
        meant = self._objects.contents(tree[path].id for path in odd if path in tree)
        known = self._objects.kinds(map(blob_id, odd.values()))
        theirs = {
            path
            for path, content in odd.items()
            if last.staged.get(path) == blob_id(content)
            or (
                blob_id(content) not in known
                and not _is_remnant(content, meant[tree[path].id] if path in tree else b"")
            )
        }
        wanting = {path for path in tree if path in odd or lying[path] is None}
        self._work_tree.clear_drafts(lying)
        self._put(last, to, wanting - theirs, last.files.keys() - tree.keys() - theirs, {})

    def _put(
        self,
        last: LaidOut,
        to: Snapshot,
        stale: set[str],
        gone: Collection[str],
        at_hand: Mapping[str, bytes],
    ) -> None:
        tree = to.files
        missing = {tree[path].id for path in stale} - at_hand.keys()
        contents = {**at_hand, **self._objects.contents(sorted(missing))}
        try:
            for path in gone:
                self._work_tree.remove(path)
            for path in self._work_tree.in_the_way(stale):
                if not self._is_ours(path, last):
                    self._work_tree.keep(path)
            for path in stale:
                blob = tree[path]
                self._work_tree.write(path, contents[blob.id], runs=is_program(blob.mode))
        except OSError as error:
            raise cannot_write(f"The product's files in {self.path}", error) from None
        written = _write_index(self.path / ".git", to)
        self._known = written, LaidOut({path: blob.id for path, blob in tree.items()})

    def _is_ours(self, path: str, last: LaidOut) -> bool:
        """Whether nothing is lost with what lies there: a file or folder of which git has every content. A link
        is never ours."""
        held = list(self._work_tree.held(path))
        ids = {blob_id(content) for content in held if content is not None}
        return None not in held and ids <= self._objects.kinds(ids).keys() - set(
            last.staged.values()
        )


def _is_remnant(content: bytes, whole: bytes) -> bool:
    """Whether this is what a power loss may leave of `whole`: cut short, or with NULs in places."""
    if len(content) > len(whole):
        return not content.strip(b"\0")
    return all(byte in (0, meant) for byte, meant in zip(content, whole, strict=False))


def _write_index(git_dir: Path, commit: Snapshot) -> Signature:
    """Make the index hold what a commit does. Raises ProductError.

    What is hidden does not lie in the work tree, and git is told not to miss it.
    """
    told = [(_raw(path), blob.mode, blob.id, False) for path, blob in commit.files.items()]
    told += [(_raw(path), each.mode, each.id, True) for path, each in commit.hidden.items()]
    version = INDEX_VERSIONS[bool(commit.hidden)]
    content = struct.pack(">4sII", b"DIRC", version, len(told))
    content += b"".join(_entry(*each) for each in sorted(told))
    digest = hashlib.sha1(content, usedforsecurity=False).digest()
    replace(git_dir / "index", content + digest, durable=False)
    return _signature(git_dir)


def _raw(path: str) -> bytes:
    return path.encode(errors="surrogateescape")


def _signature(git_dir: Path) -> Signature:
    """What the index is known by now."""
    try:
        status = os.lstat(git_dir / "index")
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


def _entry(path: bytes, mode: str, sha: str, is_skipped: bool) -> bytes:
    """Ten numbers, of which git needs but the mode; the id; and the path, filled up with NULs."""
    if is_file(mode):
        mode = PROGRAM_MODE if is_program(mode) else PLAIN_MODE
    numbers = (0, 0, 0, 0, 0, 0, int(mode, 8), 0, 0, 0)
    flags = min(len(path), LONGEST_TOLD) | (_EXTENDED if is_skipped else 0)
    entry = struct.pack(">10I20sH", *numbers, bytes.fromhex(sha), flags)
    entry += (struct.pack(">H", _SKIPPED) if is_skipped else b"") + path
    return entry + bytes(8 - len(entry) % 8)
