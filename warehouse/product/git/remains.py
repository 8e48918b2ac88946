"""What lies in a product's git directory: nothing that leads elsewhere, and no remains of a crash.

A git directory may have come from anyone. Git and this program write to it, and clear it, by names; so
before either does, each of its folders is entered as an open folder, and nothing in it may be a link.

A kill leaves locks and drafts of files; a power loss leaves files whose name reached the disk and whose
content did not, and git takes an object whose file is there for one that it has. None of this was ever
part of a recorded commit.
"""

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from warehouse.errors import ProductError
from warehouse.plain_file import read_plain_file
from warehouse.product.git.command import cannot_write

LARGEST_INDEX = 64 << 20
"""Bytes of an index that is looked at; that of Linux has 10 MB."""
_USED = (
    "objects",
    "refs",
    "HEAD",
    "index",
    "packed-refs",
    "shallow",
    "*.lock",
    "fast_import_crash_*",
)
_ELSEWHERE = ("objects/info/alternates", "objects/info/http-alternates")
_DEEPEST = 30
"""Folders in each other: objects lie two deep, and refs as deep as their names have slashes."""
_DRAFTS = (
    *("*.lock", "refs/*.lock", "fast_import_crash_*"),
    *("objects/tmp_*", "objects/[0-9a-f][0-9a-f]/tmp_*", "objects/pack/tmp_*"),
)
_OBJECTS = "objects/[0-9a-f][0-9a-f]/" + "[0-9a-f]" * 38
_NOTHING = b"\0 \n"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def make_sure_it_is_whole(git_dir: Path) -> None:
    """Raises ProductError where something that git uses is a link, is no plain file, or lies elsewhere."""
    for entry in _entries(git_dir):
        if entry.path in _ELSEWHERE:
            raise _strange(git_dir, f"{entry.path} names objects that lie elsewhere")


def clear_remains(git_dir: Path) -> None:
    """Remove what crashes left; only for the one writer, before it writes.

    Raises ProductError, and removes nothing, where `make_sure_it_is_whole` does, or where the git
    directory belongs to another user, who could change it meanwhile.
    """
    make_sure_it_is_whole(git_dir)
    if git_dir.lstat().st_uid != os.geteuid():
        raise ProductError(
            f"{git_dir} belongs to another user of this machine: copy the run, then resume the copy."
        )
    for entry in _entries(git_dir):
        if entry.is_remnant():
            entry.remove()
    index = read_plain_file(git_dir / "index", LARGEST_INDEX)
    if index is not None and not _is_whole(index):
        (git_dir / "index").unlink()


@dataclass(frozen=True)
class _Entry:
    """Something by its path in the git directory, and in the folder that is open as `at`."""

    path: str
    name: str
    at: int
    is_folder: bool

    def is_remnant(self) -> bool:
        """Whether it is a lock or draft, or an object or ref that holds nothing, or NULs."""
        if any(fnmatchcase(self.path, shape) for shape in _DRAFTS):
            return self.path.startswith("objects/") or not self.is_folder
        if self.is_folder:
            return False
        if fnmatchcase(self.path, _OBJECTS):
            return self._beginning(1) in (b"", b"\0")
        return self.path.startswith("refs/") and not self._beginning(4_096).strip(_NOTHING)

    def remove(self) -> None:
        if self.is_folder:
            shutil.rmtree(self.name, dir_fd=self.at)
        else:
            os.unlink(self.name, dir_fd=self.at)

    def _beginning(self, size: int) -> bytes:
        with os.fdopen(os.open(self.name, _FILE, dir_fd=self.at), "rb") as file:
            return file.read(size)


def _entries(git_dir: Path) -> Iterator[_Entry]:
    """All that git uses there, what lies in a folder before the folder. Raises ProductError."""
    try:
        top = os.open(git_dir, _FOLDER)
        try:
            for name in _names(top):
                if any(fnmatchcase(name, used) for used in _USED):
                    yield from _below(git_dir, name, top)
        finally:
            os.close(top)
    except OSError as error:
        raise cannot_write(git_dir, error) from None


def _below(git_dir: Path, path: str, at: int) -> Iterator[_Entry]:
    name = path.rpartition("/")[2]
    mode = os.stat(name, dir_fd=at, follow_symlinks=False).st_mode
    is_folder = stat.S_ISDIR(mode)
    if not (is_folder or stat.S_ISREG(mode)):
        raise _strange(git_dir, f"{path} is no plain file")
    if path.count("/") > _DEEPEST:
        raise _strange(git_dir, f"{path} lies deeper than anything git puts there")
    if is_folder:
        folder = os.open(name, _FOLDER, dir_fd=at)
        try:
            for each in _names(folder):
                yield from _below(git_dir, f"{path}/{each}", folder)
        finally:
            os.close(folder)
    yield _Entry(path, name, at, is_folder)


def _names(folder: int) -> list[str]:
    return sorted(os.listdir(folder))


def _strange(git_dir: Path, why: str) -> ProductError:
    return ProductError(
        f"{git_dir} is left alone: {why}. Clone the repository with git, and put the clone there."
    )


def _is_whole(index: bytes) -> bool:
    """git itself does not look at the digest at the index's end, and reads what is there."""
    return hashlib.sha1(index[:-20], usedforsecurity=False).digest() == index[-20:]
