"""Where copies of repositories are that were made here, of which many runs begin."""

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from warehouse.errors import ProductError
from warehouse.product.git.fetching import Told, untold
from warehouse.user_folders import cache_folder

PARTIAL = ".partial-"
"""What follows the name of a copy that is being made."""
LONGEST_WAIT = 2_000.0
"""Seconds for another process that makes it: fetching may take half an hour."""


def shared_folder() -> Path:
    """The folder of the copies; it need not be there."""
    return cache_folder().absolute() / "repositories"


def is_shared(root: Path) -> bool:
    """Whether this is one of them: what it holds was checked when it was made."""
    return root.parent == shared_folder()


@contextmanager
def alone(place: Path, told: Told = untold) -> Iterator[None]:
    """Be the one that makes a copy; what others left who were killed meanwhile is taken away.

    Raises ProductError where another process makes it without end.
    """
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place.parent / f"{place.name}.lock").open("w") as lock:
        _wait_for(lock, told)
        for left in place.parent.glob(f"{place.name}{PARTIAL}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _wait_for(lock: IO[str], told: Told) -> None:
    until = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise ProductError(
                    f"Another process has held {lock.name} for {LONGEST_WAIT:,.0f} s: end it, then try again."
                ) from None
        told("waiting for another process that is at it")
        time.sleep(0.1)
