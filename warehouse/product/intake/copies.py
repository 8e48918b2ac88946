"""Where copies of repositories are that were made here, of which many runs begin."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.user_folders import cache_folder

PARTIAL = ".partial-"
"""What follows the name of a copy that is being made."""


def shared_folder() -> Path:
    """The folder of the copies; it need not be there."""
    return cache_folder().absolute() / "repositories"


def is_shared(root: Path) -> bool:
    """Whether this is one of them: what it holds was checked when it was made."""
    return root.parent == shared_folder()


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Be the one that makes a copy; what others left who were killed meanwhile is taken away."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place.parent / f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in place.parent.glob(f"{place.name}{PARTIAL}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
