"""Deleting a run for good: its journal, its product, its attachments, and nothing else."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import JournalError, SofthouseError
from warehouse.events import RunStarted
from warehouse.journal.journal import FILE_NAME, parse_event
from warehouse.plain_file import open_plain_file
from warehouse.runs.folders import has_run_id, is_demo

LONGEST_START = 64 << 20
"""Bytes of a journal's first line, which holds a whole company."""


def delete_run(folder: Path, root: Path) -> None:
    """Delete the folder of a run that lies directly in `root`. Links in it are not followed.

    Raises SofthouseError, and deletes nothing, where someone works on the run, where it came with
    softhouse, or where the folder is anything but a run's.
    """
    _make_sure(folder, root)
    with _nobody_at_work(folder / FILE_NAME):
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise SofthouseError(
                f"{folder.name} could not be deleted whole: {error.strerror} ({error.filename})."
            ) from None


def _make_sure(folder: Path, root: Path) -> None:
    if is_demo(folder):
        raise SofthouseError(f"{folder.name} came with softhouse: it stays.")
    if folder.is_symlink():
        raise SofthouseError(f"{folder} is a link: what it leads to is not deleted from here.")
    if folder.name in ("", "..") or folder.parent.resolve() != root.resolve():
        raise SofthouseError(f"{folder} does not lie in {root}: it is not deleted from here.")
    if not folder.is_dir():
        raise SofthouseError(f"{folder} is gone already.")
    if not has_run_id(folder) and not _begins_as_a_journal(folder / FILE_NAME):
        raise SofthouseError(f"{folder} does not look like a run: delete it by hand.")


def _begins_as_a_journal(path: Path) -> bool:
    try:
        with os.fdopen(open_plain_file(path), "rb") as lines:
            return parse_event(lines.readline(LONGEST_START)).kind == RunStarted.KIND
    except (OSError, ValueError):
        return False


@contextmanager
def _nobody_at_work(journal: Path) -> Iterator[None]:
    """Hold the journal's lock, so that nobody takes the run up while it is being deleted."""
    if journal.is_symlink() or not journal.is_file():
        yield
        return
    try:
        descriptor = open_plain_file(journal)
    except OSError as error:
        raise JournalError(f"{journal} cannot be read: {error.strerror}.") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise SofthouseError(
            f"{journal.parent.name} is being worked on: stop it first, then delete it."
        ) from None
    try:
        yield
    finally:
        os.close(descriptor)
