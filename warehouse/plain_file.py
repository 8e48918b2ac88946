"""Reading files that others may have put there: plain ones only, through no link, up to a size."""

import errno
import os
import stat
from contextlib import ExitStack, suppress
from pathlib import Path, PurePosixPath

from warehouse.errors import PathRejected

_PLAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""What may be a link or a pipe: opening fails on the one and does not wait for the other."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class FileTooLarge(PathRejected):
    """A file has more bytes than are read of one like it."""


def read_below(root: Path, path: str, most: int) -> bytes:
    """The content of the plain file `path` below the folder `root`; only `root` itself may be a link.

    Raises `PathRejected` for what is no plain file, has more than `most` bytes, is reached through a
    link or upwards, or cannot be read.
    """
    *folders, name = PurePosixPath(path).parts or ("",)
    if ".." in folders or name == ".." or path.startswith("/"):
        raise PathRejected("leads out of its folder")
    with ExitStack() as opened:
        try:
            handle = os.open(root, _FOLDER)
            opened.callback(os.close, handle)
            for folder in folders:
                handle = os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=handle)
                opened.callback(os.close, handle)
            return _read(os.open(name, _PLAIN, dir_fd=handle), most)
        except OSError as error:
            # Of a link instead of a folder, Linux says that it is no folder.
            is_link = error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EMLINK)
            raise PathRejected("a link" if is_link else error.strerror or str(error)) from None


def open_plain_file(path: Path, flags: int = os.O_RDONLY) -> int:
    """Open a plain file and nothing else: no link, and no pipe that would be waited for.

    A file that is made is its owner's alone. Raises OSError.
    """
    with suppress(FileNotFoundError):
        # A device may do something when it is opened, so it is looked at first.
        _check_plain(path.lstat().st_mode)
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    try:
        _check_plain(os.fstat(descriptor).st_mode)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _check_plain(mode: int) -> None:
    if not stat.S_ISREG(mode):
        what = "it is a link" if stat.S_ISLNK(mode) else "it is no plain file"
        raise OSError(errno.EINVAL, what)


def read_plain_file(path: Path, most: int | None = None) -> bytes | None:
    """The content of a plain file; None for a link, a pipe, a folder, or nothing at all.

    Of more than `most` bytes nothing is read, and it is None too.
    """
    try:
        return _read(open_plain_file(path), most)
    except (OSError, PathRejected):
        return None


def _read(descriptor: int, most: int | None) -> bytes:
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise PathRejected("no plain file")
        if most is not None and about.st_size > most:
            raise FileTooLarge(f"larger than {most:,} bytes")
        content = file.read() if most is None else file.read(most + 1)
    if most is not None and len(content) > most:
        raise FileTooLarge(f"larger than {most:,} bytes")
    return content
