"""All runs of a products folder at a glance, the broken ones too, read once or followed."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from warehouse.errors import JournalError, SofthouseError
from warehouse.history.clock import moment
from warehouse.history.summary import RunSummary, SummaryFold
from warehouse.journal.journal import FILE_NAME, is_locked, read_events
from warehouse.journal.tail import JournalTail, last_change
from warehouse.runs.folders import PRODUCT, has_run_id

BEGINNING = 10.0
"""Seconds for which a new folder may be without a journal that tells anything."""


@dataclass(frozen=True)
class RunRecord:
    """One run; `summary` is None where its journal cannot be read, and `problem` says why."""

    folder: Path
    status: str
    """`running`, `paused`, `unfinished`, `broken`, or how it ended."""
    summary: RunSummary | None = None
    problem: str = ""


def list_runs(root: Path) -> list[RunRecord]:
    """Every run in the folder, oldest first. Raises SofthouseError where it cannot be read."""
    folders = (root / name for name in sorted(folder_names(root)))
    return [record_of(folder) for folder in folders if is_run(folder)]


def folder_names(root: Path) -> list[str]:
    """The names of what may be runs; none where there is no such folder.

    Raises SofthouseError where it cannot be read.
    """
    try:
        with os.scandir(root) as entries:
            return [entry.name for entry in entries if _is_folder(entry)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SofthouseError(
            f"The products folder {root} cannot be read: {error.strerror}. "
            "Name another one with --products."
        ) from None


def record_of(folder: Path) -> RunRecord:
    """One run's record; never raises for what is in its folder."""
    journal = folder / FILE_NAME
    try:
        if journal.exists() and not journal.is_file():
            raise JournalError(f"{journal} is no file.")
        summary = summary_of(journal)
        status = status_of(summary, is_locked(journal))
    except SofthouseError as error:
        return RunRecord(folder, "broken", problem=str(error))
    except OSError as error:
        return RunRecord(folder, "broken", problem=f"{folder} cannot be read: {error.strerror}.")
    return RunRecord(folder, status, summary)


def summary_of(journal: Path) -> RunSummary:
    """The summary of a journal. Raises JournalError where that cannot be made of it."""
    events = read_events(journal)
    if not events:
        raise JournalError(f"{journal} is empty: the run ended before it began. Delete its folder.")
    return sound(SummaryFold(events).summary, journal)


def sound(summary: RunSummary, journal: Path) -> RunSummary:
    """The summary. Raises JournalError where the journal tells too little for one."""
    if not summary.run or moment(summary.started_at) is None:
        raise JournalError(
            f"{journal} is damaged: it does not say which run it is of, and since when."
        )
    return summary


def is_run(folder: Path) -> bool:
    """Whether a folder is a run, or what is left of one."""
    if (folder / FILE_NAME).exists():
        return True
    return has_run_id(folder) or (folder / PRODUCT / ".git").is_dir()


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def status_of(summary: RunSummary, is_live: bool) -> str:
    """How a run stands, given whether a process works on it."""
    if not is_live:
        return summary.status
    return "paused" if summary.paused else "running"


class FollowedRun:
    """A run that someone may be working on. `clock` tells the seconds since 1970."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self.row: RunRecord | None = None
        """None until there is something to tell of it."""
        self.is_live = True
        """Whether it is worth another look soon: someone works on it, or it is just beginning."""
        self.stamp = 0, 0
        """Size and time of change that the journal had when it was last read."""
        self._latest: tuple[tuple[int, int], bool] | None = None
        self._clock = clock
        self._journal = folder / FILE_NAME
        self._begin()

    def _begin(self) -> None:
        self._tail = JournalTail(self._journal)
        self._fold = SummaryFold()

    def look(self) -> bool:
        """Read what is new; whether the row is another one now. Never raises."""
        stamp = last_change(self._journal)
        if not stamp[0] and self._is_beginning():
            return False
        # A journal that says nothing yet may be about to be locked, and asking would be in the way.
        self.is_live = bool(stamp[0]) and is_locked(self._journal)
        if self._latest == (stamp, self.is_live):
            return False
        self._latest = stamp, self.is_live
        self.stamp = stamp
        self.row = self._read()
        return True

    def _read(self) -> RunRecord:
        """The row after what is new. The lock was asked before, so what is at rest is read whole."""
        if not self.stamp[0]:
            return record_of(self.folder)
        try:
            for event in self._tail.new_events():
                self._fold.add(event)
            summary = replace(sound(self._fold.summary, self._journal))
        except JournalError:
            self._begin()
            return record_of(self.folder)
        return RunRecord(self.folder, status_of(summary, self.is_live), summary)

    def _is_beginning(self) -> bool:
        changed = last_change(self.folder)[1] / 1e9
        return self._clock() - changed < BEGINNING
