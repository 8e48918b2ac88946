"""A worker's own folder, for as long as it lives, and what was left of those that were killed."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from warehouse.sandbox.owners import is_dead, this_process

PREFIX = "softhouse-worker-"
OWNER = "owner"


def make_scratch() -> Path:
    """A new folder that only we can read; folders of dead workers of ours are removed."""
    _sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    (folder / OWNER).write_text(this_process())
    return folder


def _sweep(place: Path) -> None:
    for folder in place.glob(f"{PREFIX}*"):
        with suppress(OSError):
            is_ours = folder.lstat().st_uid == os.getuid() and not folder.is_symlink()
            if is_ours and is_dead((folder / OWNER).read_text()):
                shutil.rmtree(folder, ignore_errors=True)
