"""All runs of a products folder, kept up to date: what has changed, each time it is asked.

Each journal is read once, the newest run first. Afterwards only the runs that someone works on are
followed; of the others a few are looked at each time, to see whether their journals have changed.
Nothing here waits for anything, so it can be asked from a thread beside the window.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import SofthouseError
from warehouse.history.record import FollowedRun, RunRecord, folder_names, is_run
from warehouse.journal.journal import FILE_NAME
from warehouse.journal.tail import last_change

AT_A_TIME = 100
"""Runs at rest that one look goes over: half a millisecond, and 5,000 runs in 50 looks."""

Stamp = tuple[int, int]
"""A journal's size in bytes and time of change in nanoseconds; (0, 0) where there is none."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was found of one run."""

    folder: Path
    row: RunRecord | None
    """None where the run is gone."""
    changed_at: float = 0.0
    """When its journal was last written, in seconds since 1970."""


class RunWatch:
    """Watches the runs of a folder, which need not be there yet."""

    def __init__(self, root: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.root = root
        self.problem = ""
        """Why the folder cannot be read; empty where it can."""
        self._clock = clock
        self._listed: Stamp | None = None
        self._unread: list[str] = []
        self._live: dict[str, FollowedRun] = {}
        self._resting: dict[str, Stamp] = {}
        self._round: list[str] = []
        self._begin_again = False

    @property
    def unread(self) -> int:
        """How many folders have not been looked into yet."""
        return len(self._unread)

    @property
    def followed(self) -> int:
        """How many runs are being worked on, or just beginning."""
        return len(self._live)

    def look(self, seconds: float) -> list[Look]:
        """What is new since the last look. Reading stops after about so many seconds, to go on next time.

        Never raises for what is in the folder.
        """
        until = self._clock() + seconds
        if self._begin_again:
            self._forget()
        looks = self._list()
        looks += [look for name in list(self._live) for look in self._look_at(name)]
        while self._unread and self._clock() < until:
            looks += self._read(self._unread.pop())
        if not self._unread:
            looks += self._look_around()
        return looks

    def look_soon(self, folder: Path) -> None:
        """Look at this run next, since something was done to it."""
        self._round.append(folder.name)

    def begin_again(self) -> None:
        """Read every run anew with the next look."""
        self._begin_again = True

    def _forget(self) -> None:
        self._begin_again = False
        self._unread = sorted({*self._unread, *self._live, *self._resting})
        self._live.clear()
        self._resting.clear()
        self._listed = None

    def _list(self) -> list[Look]:
        """Notice folders that came and went, by the time at which the root was changed."""
        stamp = last_change(self.root)
        if stamp == self._listed and (self._unread or self._round):
            return []
        try:
            names = set(folder_names(self.root))
        except SofthouseError as error:
            self.problem = str(error)
            return []
        self.problem, self._listed = "", stamp
        known = {*self._unread, *self._live, *self._resting}
        self._unread = sorted({*self._unread, *(names - known)} & names)
        gone = (self._live.keys() | self._resting.keys()) - names
        for name in gone:
            self._live.pop(name, None)
            self._resting.pop(name, None)
        return [Look(self.root / name, None) for name in gone]

    def _look_at(self, name: str) -> list[Look]:
        """Look at a run that is followed, and let go of it where nobody works on it any more."""
        run = self._live[name]
        changed = run.look()
        if not run.is_live:
            del self._live[name]
            self._resting[name] = run.stamp
        return [Look(run.folder, run.row, run.stamp[1] / 1e9)] if changed and run.row else []

    def _read(self, name: str) -> list[Look]:
        """Look into a folder for the first time, or again since its journal has changed."""
        folder = self.root / name
        self._resting.pop(name, None)
        if not is_run_or_unreadable(folder):
            self._resting[name] = last_change(folder / FILE_NAME)
            return []
        self._live[name] = FollowedRun(folder)
        return self._look_at(name)

    def _look_around(self) -> list[Look]:
        """Go over some of the runs at rest, and read those again whose journals have changed."""
        if not self._round:
            self._round = list(self._resting)
        looks: list[Look] = []
        for _ in range(min(AT_A_TIME, len(self._round))):
            name = self._round.pop()
            stamp = self._resting.get(name)
            if stamp is not None and last_change(self.root / name / FILE_NAME) != stamp:
                looks += self._read(name)
        return looks


def is_run_or_unreadable(folder: Path) -> bool:
    """Whether a folder is to be told of: as a run, or as something nobody can look into."""
    with suppress(OSError):
        return is_run(folder)
    return True
