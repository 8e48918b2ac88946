"""A customer's folder, read and written to without ever following a link out of it.

Every step down is taken on an open folder. Between a look and a change somebody may have put a link where a
folder was: then nothing is read, and nothing is written.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import ProductError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class InTheWay(ProductError):
    """Something lies at a path, or on the way to it, that is neither a file nor nothing; the message says what."""


@dataclass(frozen=True, slots=True)
class Found:
    """A plain file as it lies there."""

    content: bytes
    mode: int


@contextmanager
def folder_of(root: Path, path: str, *, create: bool = False) -> Iterator[tuple[int, str]]:
    """The open folder that a path lies in, and the name it has there.

    Raises OSError, also where a link is on the way.
    """
    *folders, name = path.split("/")
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            if create:
                with suppress(FileExistsError):
                    os.mkdir(folder, dir_fd=handle)
            below = os.open(folder, _FOLDER, dir_fd=handle)
            os.close(handle)
            handle = below
        yield handle, name
    finally:
        os.close(handle)


def leads_through_link(root: Path, path: str) -> bool:
    """Whether at a path, or on the way to it, a link lies."""
    parts = path.split("/")
    places = (root.joinpath(*parts[:depth]) for depth in range(1, len(parts) + 1))
    return any(place.is_symlink() for place in places)


def found_at(root: Path, path: str, most: int) -> Found | None:
    """The file at a path, or None where there is nothing; of one with more than `most` bytes the beginning.

    Raises InTheWay.
    """
    try:
        with folder_of(root, path) as (folder, name):
            handle = os.open(name, _FILE, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InTheWay(_reason(error)) from None
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise InTheWay("a folder is there" if stat.S_ISDIR(mode) else "it is no plain file")
    with os.fdopen(handle, "rb") as file:
        return Found(file.read(most + 1), stat.S_IMODE(mode))


def _reason(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "a link is there"
    if error.errno == errno.ENOTDIR:
        return "a file or a link is where its folder should be"
    return error.strerror or str(error)
