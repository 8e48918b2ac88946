"""The files a customer sees, laid out from a commit without trusting what already lies there.

Between two steps anything may have been planted below the root: a link to `/etc` where a folder
belongs, a folder where a file belongs. Every step down is taken on an open folder, never through a
link, and a file is replaced by renaming a new one over it.
"""

import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from warehouse.paths import MAX_FILE_BYTES

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

YOURS = ".yours"
"""What follows the name of a file that had to make room for one of the product's."""
_DRAFT = re.compile(r"\.[0-9a-f]{16}\.tmp")


class WorkTree:
    """A folder that is written to, and cleared, only below its root; paths are checked ones."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def lying(self, paths: Iterable[str]) -> set[str]:
        """Those of the paths at which a plain file lies, reached through plain folders."""
        found = set()
        for path, inside in _by_folder(paths).items():
            with (
                suppress(OSError),
                self._folder(path.split("/") if path else [], create=False) as at,
                os.scandir(at) as entries,
            ):
                plain = {entry.name for entry in entries if entry.is_file(follow_symlinks=False)}
                found |= {f"{path}/{name}" if path else name for name in plain.intersection(inside)}
        return found

    def read(self, path: str) -> bytes | None:
        """The content of the plain file at `path`, if there is one; of a huge one the beginning."""
        *folders, name = path.split("/")
        try:
            with self._folder(folders, create=False) as folder:
                handle = os.open(name, _READ_FILE, dir_fd=folder)
            with os.fdopen(handle, "rb") as file:
                plain = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
                return file.read(MAX_FILE_BYTES + 1) if plain else None
        except OSError:
            return None

    def in_the_way(self, paths: Iterable[str]) -> set[str]:
        """What stands where a file is to be and is none, or where one of its folders is to be and is no folder."""
        found = set()
        for path, inside in _by_folder(paths).items():
            folders = path.split("/") if path else []
            try:
                with self._folder(folders, create=False) as at:
                    odd = (name for name in inside if _kind(name, at) not in (None, stat.S_IFREG))
                    found |= {f"{path}/{name}" if path else name for name in odd}
            except OSError:
                found |= self._no_folder(folders)
        return found

    def _no_folder(self, folders: list[str]) -> set[str]:
        """What the way through these folders ends at, if anything is there."""
        for depth, name in enumerate(folders):
            with suppress(OSError), self._folder(folders[:depth], create=False) as at:
                kind = _kind(name, at)
                if kind != stat.S_IFDIR:
                    return set() if kind is None else {"/".join(folders[: depth + 1])}
        return set()

    def is_folder(self, path: str) -> bool:
        """Whether a folder lies there, reached through folders."""
        *folders, name = path.split("/")
        with suppress(OSError), self._folder(folders, create=False) as at:
            return _is_folder(name, at)
        return False

    def held(self, path: str) -> Iterator[bytes | None]:
        """The content of a file, or of everything below a folder; None for what is no plain file."""
        if not self.is_folder(path):
            yield self.read(path)
            return
        *folders, name = path.split("/")
        with self._folder(folders, create=False) as folder:
            for at, inside, names, handle in os.fwalk(name, dir_fd=folder):
                for each in (*inside, *names):
                    if not _is_folder(each, handle):
                        yield self.read("/".join([*folders, at, each]))

    def keep(self, path: str) -> None:
        """Give a file, a link or a folder a name beside its own that no other has: `notes.md.yours`."""
        *folders, name = path.split("/")
        with self._folder(folders, create=False) as folder:
            names = (f"{name}{YOURS}{number or ''}" for number in count())
            taken = set(os.listdir(folder))  # noqa: PTH208  open folder
            other = next(each for each in names if each not in taken)
            os.rename(name, other, src_dir_fd=folder, dst_dir_fd=folder)

    def clear_drafts(self, paths: Iterable[str]) -> None:
        """Remove what a killed `write` left beside any of these files."""
        for path in {"", *(path.rpartition("/")[0] for path in paths)}:
            with (
                suppress(OSError),
                self._folder(path.split("/") if path else [], create=False) as at,
            ):
                for name in filter(_DRAFT.fullmatch, os.listdir(at)):  # noqa: PTH208  open folder
                    os.unlink(name, dir_fd=at)

    def write(self, path: str, content: bytes, *, runs: bool) -> None:
        """Put a file at `path`, replacing whatever stands in its way; one that `runs` is a program."""
        *folders, name = path.split("/")
        with self._folder(folders, create=True) as folder:
            if _is_folder(name, folder):
                shutil.rmtree(name, dir_fd=folder)
            draft = f".{os.urandom(8).hex()}.tmp"  # matched by _DRAFT
            handle = os.open(draft, _NEW_FILE, 0o755 if runs else 0o644, dir_fd=folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                os.unlink(draft, dir_fd=folder)
                raise

    def remove(self, path: str) -> None:
        """Remove the plain file at `path`, and the folders it leaves empty; none is no error."""
        *folders, name = path.split("/")
        try:
            with self._folder(folders, create=False) as folder:
                if _kind(name, folder) != stat.S_IFREG:
                    return
                os.unlink(name, dir_fd=folder)
        except OSError:
            return
        for depth in range(len(folders), 0, -1):
            try:
                with self._folder(folders[: depth - 1], create=False) as folder:
                    os.rmdir(folders[depth - 1], dir_fd=folder)
            except OSError:
                return

    @contextmanager
    def _folder(self, names: list[str], *, create: bool) -> Iterator[int]:
        folder = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for name in names:
                if create:
                    _make_folder(name, folder)
                below = os.open(name, _FOLDER, dir_fd=folder)
                os.close(folder)
                folder = below
            yield folder
        finally:
            os.close(folder)


def _make_folder(name: str, parent: int) -> None:
    try:
        os.mkdir(name, 0o755, dir_fd=parent)
    except FileExistsError:
        if not _is_folder(name, parent):
            os.unlink(name, dir_fd=parent)
            os.mkdir(name, 0o755, dir_fd=parent)


def _is_folder(name: str, parent: int) -> bool:
    return _kind(name, parent) == stat.S_IFDIR


def _kind(name: str, parent: int) -> int | None:
    try:
        return stat.S_IFMT(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return None


def _by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    """The names of files by the folder that they are in."""
    names: dict[str, list[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        names.setdefault(folder, []).append(name)
    return names
