"""One run's row, kept up to date by what its journal gains."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from warehouse.errors import JournalError
from warehouse.history.record import RunRecord, record_of, sound, status_of
from warehouse.history.summary import SummaryFold
from warehouse.journal.journal import FILE_NAME, is_locked
from warehouse.journal.tail import JournalTail, last_change

BEGINNING = 10.0
"""Seconds for which a new folder may be without a journal that tells anything."""


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
        self._told: tuple[tuple[int, int], bool] | None = None
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
        if self._told == (stamp, self.is_live):
            return False
        self._told = stamp, self.is_live
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
