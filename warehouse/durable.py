"""What it takes for a name to be there after a power loss."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

COARSEST_CLOCK = 2.0
"""Seconds; no file system keeps the time of a folder's last change more coarsely."""

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk, as far as it can be done.

    A file's own `fsync` need not cover its name. Where a folder cannot be opened, or its file
    system has no such thing, the file system's own order of writing has to do.
    """
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_changed(folders: Iterable[Path], since: float) -> None:
    """The same for those folders in which names have come or gone since a moment (`time.time()`)."""
    for folder in folders:
        with suppress(OSError):
            if folder.stat().st_mtime > since - COARSEST_CLOCK:
                sync_folder(folder)


def sync_tree(root: Path) -> None:
    """Put a folder on the disk with everything in it: names and contents."""
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    for folder in (root, *(path for path in root.rglob("*") if path.is_dir())):
        sync_folder(folder)


def create_file(path: Path, content: bytes) -> None:
    """Make a file, for its owner's eyes, that is there whole or not at all, whatever is lost when.

    Raises OSError.
    """
    write_whole(path, path.with_name(f".{path.name}.draft"), content, mode=0o600)
    sync_folder(path.parent)


def write_whole(
    path: Path, draft: Path, content: bytes, *, mode: int, durable: bool = True
) -> None:
    """Let a file take its place at `path` whole, by way of a draft that nobody else may be writing.

    `durable` content is on the disk before it does; its name is only after `sync_folder`. Raises OSError,
    FileExistsError where the draft is there.
    """
    descriptor = os.open(draft, _NEW_FILE, mode)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 — a descriptor, for its mode
            file.write(content)
            file.flush()
            if durable:
                os.fsync(descriptor)
        draft.rename(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def replace_file(path: Path, content: bytes) -> None:
    """`create_file` for a file that has one writer, and whose last draft a killed process may have left.

    Raises OSError.
    """
    path.with_name(f".{path.name}.draft").unlink(missing_ok=True)
    create_file(path, content)
