"""The journal: the append-only record of a run, one JSON object a line.

State is a fold over its events; nothing else is kept. An event is appended with one write, and
whoever builds on it waits for `sync`, so that a crash can lose only what nothing stands on: a last
line that is torn, or that a power loss filled with NULs, counts as never written.
"""

import errno
import fcntl
import os
import time
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from warehouse.durable import sync_folder, sync_tree
from warehouse.errors import JournalError
from warehouse.events import EventData, MalformedEvent, RunStarted
from warehouse.events.event import Event as Event
from warehouse.events.lines import parse_event as parse_event
from warehouse.events.lines import parse_lines
from warehouse.plain_file import open_plain_file

if TYPE_CHECKING:
    import asyncio

SCHEMA = "1.0"
FILE_NAME = "journal.jsonl"
MOST_BYTES = 2 << 30
"""Bytes of a journal that is read; a hundred thousand events have a hundredth of it."""
NEW_ENTRIES = 3
"""Folders that may be news to the disk: the one of the journal, of the run, and of all runs."""

LOCK_ATTEMPTS, LOCK_PAUSE = 10, 0.005
"""Tries and seconds between them: whoever asks `is_locked` holds the lock for a moment."""


def now() -> str:
    """The present moment as journals write it: UTC, ISO 8601, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Journal:
    """A journal open for writing; one process at a time holds it (the lock dies with the process).

    `executor` runs the waiting for the disk; without one, the event loop's own pool does.
    """

    def __init__(
        self,
        path: Path,
        descriptor: int,
        next_seq: int,
        executor: Executor | None,
    ) -> None:
        self.path = path
        self._descriptor = descriptor
        self._next_seq = next_seq
        self._executor = executor
        self._listeners: list[Callable[[Event], None]] = []
        self._written = 0
        self._synced = 0
        self._syncing: asyncio.Future[None] | None = None
        self._folders = list(path.parents)[:NEW_ENTRIES]
        self._beside: Path | None = None
        self._lost: JournalError | None = None

    @classmethod
    def create(
        cls,
        path: Path,
        executor: Executor | None = None,
        *,
        beside: Path | None = None,
    ) -> "Journal":
        """Begin a new journal. Raises JournalError where one exists or nothing can be written.

        `beside` is a folder without which the journal is worth nothing: it is put on the disk first.
        """
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_RDWR, 0o600)
        except FileExistsError:
            raise JournalError(f"{path} exists already: choose another name for the run.") from None
        except OSError as error:
            raise _cannot_write(path, error) from None
        _lock(descriptor, path)
        journal = cls(path, descriptor, 0, executor)
        journal._beside = beside
        return journal

    @classmethod
    def open(cls, path: Path, executor: Executor | None = None) -> tuple["Journal", list[Event]]:
        """Open a journal to go on with it, and return what it holds. A torn last line is cut off."""
        try:
            descriptor = open_plain_file(path, os.O_APPEND | os.O_RDWR)
        except OSError as error:
            raise _cannot_write(path, error) from None
        _lock(descriptor, path)
        try:
            events, whole = _read(path)
            if os.fstat(descriptor).st_size > whole:
                os.ftruncate(descriptor, whole)
        except BaseException:
            os.close(descriptor)
            raise
        next_seq = events[-1].seq + 1 if events else 0
        return cls(path, descriptor, next_seq, executor), events

    def append(self, data: EventData, where: str = "") -> Event:
        """Write one event. It is durable only after `sync`."""
        event = Event(self._next_seq, now(), where, data)
        line = event.line()
        try:
            written = os.write(self._descriptor, line)
            if written != len(line):
                self._undo(written)
                raise OSError(28, "No space left on device")
        except OSError as error:
            raise _cannot_write(self.path, error) from None
        self._next_seq += 1
        self._written += 1
        for listener in self._listeners:
            listener(event)
        return event

    async def sync(self) -> None:
        """Return once everything appended so far is on the disk. Concurrent calls share one flush.

        A disk that failed once is not asked again: the kernel may have dropped what it could not
        write, and would say that all is well.
        """
        import asyncio  # whoever only reads journals does without

        target = self._written
        while self._synced < target:
            if self._lost is not None:
                raise self._lost
            if self._syncing is None:
                self._syncing = asyncio.ensure_future(self._flush())
            await asyncio.shield(self._syncing)

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        """Call `listener` with every event appended from now on."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Flush and let go of the journal. Raises JournalError where the disk refuses."""
        if self._descriptor < 0:
            return
        descriptor, self._descriptor = self._descriptor, -1
        try:
            os.fsync(descriptor)
        except OSError as error:
            raise _cannot_write(self.path, error) from None
        finally:
            # Closing alone would leave it to a process just being started, which has a copy.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)

    async def _flush(self) -> None:
        covered = self._written
        try:
            from asyncio import get_running_loop

            loop = get_running_loop()
            await loop.run_in_executor(self._executor, self._wait_for_disk)
            self._synced = covered
        except OSError as error:
            self._lost = _cannot_write(self.path, error)
            raise self._lost from None
        finally:
            self._syncing = None

    def _wait_for_disk(self) -> None:
        if self._beside is not None:
            sync_tree(self._beside)
            self._beside = None
        os.fsync(self._descriptor)
        while self._folders:
            sync_folder(self._folders.pop())

    def _undo(self, written: int) -> None:
        os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size - written)


def read_events(path: Path) -> list[Event]:
    """All whole events of a journal, also of one still being written.

    Raises JournalError where the file is missing, is no journal, or is of a newer major version.
    """
    return _read(path)[0]


def check_size(file: BinaryIO) -> None:
    """Raises OSError for a file that is longer than any journal, and may hold nothing but holes."""
    if os.fstat(file.fileno()).st_size > MOST_BYTES:
        raise OSError(errno.EINVAL, f"it has more than {MOST_BYTES >> 30} GB")


def is_locked(path: Path) -> bool:
    """Whether a process is working on the journal right now."""
    try:
        descriptor = open_plain_file(path)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _read(path: Path) -> tuple[list[Event], int]:
    """The events and the length in bytes of the whole lines that hold them."""
    try:
        with os.fdopen(open_plain_file(path), "rb") as file:
            check_size(file)
            data = file.read()
    except OSError as error:
        raise JournalError(f"{path} cannot be read: {error.strerror}.") from None
    events, whole = parse_lines(data, path)
    if events:
        check_schema(events[0], path)
    return events, whole


def check_schema(first: Event, path: Path) -> None:
    """Raises JournalError where a file does not begin as a journal that can be read here."""
    schema = _schema_of(first.data)
    if not schema:
        raise JournalError(f"{path} is not a journal: it does not begin with run.started.")
    if schema.split(".", 1)[0] != SCHEMA.split(".", 1)[0]:
        raise JournalError(
            f"{path} has schema {schema}; this softhouse reads {SCHEMA}. "
            "Install the version that wrote it, named in its first line."
        )


def _schema_of(first: EventData) -> str:
    """The version a journal says it has, whatever else is wrong with its first event."""
    if isinstance(first, MalformedEvent) and first.kind == RunStarted.KIND:
        return str(first.raw.get("schema", ""))
    return first.schema if isinstance(first, RunStarted) else ""


def _lock(descriptor: int, path: Path) -> None:
    for _ in range(LOCK_ATTEMPTS):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOCK_PAUSE)
        else:
            return
    os.close(descriptor)
    raise JournalError(
        f"Another process is working on {path.parent.name}. "
        "Wait for it, or stop it first; watching it is always possible."
    )


def _cannot_write(path: Path, error: OSError) -> JournalError:
    return JournalError(
        f"{path} cannot be written: {error.strerror}. "
        "Free some space or choose another folder with --products, then resume."
    ).caused_by(error)
