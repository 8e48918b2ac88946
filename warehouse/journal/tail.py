"""Following a journal that another process writes: what is new, each time it is asked."""

import os
from pathlib import Path

from warehouse.errors import JournalError
from warehouse.events.lines import parse_lines
from warehouse.journal.journal import Event, check_schema, check_size
from warehouse.plain_file import open_plain_file


class JournalTail:
    """Reads a journal from its beginning and goes on from there; cheap while nothing is new."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0
        self._identity: tuple[int, int] | None = None
        self._stamp: tuple[int, int] | None = None
        """Size and time of change of the journal when it was read; its end may be no event yet."""
        self._last: Event | None = None

    def new_events(self) -> list[Event]:
        """Every whole event since the last call. What is half written comes with the next one.

        Raises JournalError where the file is missing, is no journal, or is not the one it was: then
        it is to be read anew.
        """
        try:
            status = self.path.stat()
            identity = (status.st_dev, status.st_ino)
            stamp = status.st_size, status.st_mtime_ns
            if stamp == self._stamp and identity == self._identity:
                return []
            self._check_it_is_the_same(identity, status.st_size)
            self._stamp = stamp
            with os.fdopen(open_plain_file(self.path), "rb") as file:
                check_size(file)
                file.seek(self._read)
                data = file.read()
        except OSError as error:
            raise JournalError(f"{self.path} cannot be read: {error.strerror}.") from None
        return self._take(data)

    def _check_it_is_the_same(self, identity: tuple[int, int], size: int) -> None:
        if self._identity not in (None, identity) or size < self._read:
            raise JournalError(f"{self.path} was replaced by another journal: open the run again.")
        self._identity = identity

    def _take(self, data: bytes) -> list[Event]:
        events, size = parse_lines(data, self.path, self._last.seq + 1 if self._last else 0)
        if self._last is None and events:
            check_schema(events[0], self.path)
        self._read += size
        self._last = events[-1] if events else self._last
        return events


def last_change(path: Path) -> tuple[int, int]:
    """What tells whether a journal has grown: its size in bytes and its time of change.

    (0, 0) where there is none.
    """
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns
