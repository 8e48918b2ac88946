"""What it takes for a name to be there after a power loss."""

import os
from contextlib import suppress
from pathlib import Path


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
