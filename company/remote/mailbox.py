"""The mailbox of a run: a file in its folder, to which anyone may add a command while it is worked on.

What was sent to an earlier session never acts again: whoever takes a run up reads on from the end.
"""

import errno
import os
from pathlib import Path

from company.remote.commands import (
    LONGEST_ANSWER,
    LONGEST_INTERJECTION,
    Command,
    Say,
    as_line,
    read_line,
)
from warehouse.errors import SofthouseError
from warehouse.journal import journal
from warehouse.plain_file import open_plain_file
from warehouse.runs.folders import is_demo
from warehouse.strangers import stranger_among

FILE_NAME = "control.jsonl"
MOST_AT_ONCE = 1024 * 1024
"""Bytes that are read at a time, and longest line that is waited for."""


def send(folder: Path, command: Command) -> None:
    """Ask something of whoever works on the run in `folder`.

    Raises SofthouseError where nobody does, or where it cannot be asked.
    """
    try:
        line = as_line(command)
    except ValueError:
        raise SofthouseError(_refusal(command)) from None
    if is_demo(folder) or not journal.is_locked(folder / journal.FILE_NAME):
        raise SofthouseError(
            f"Nobody works on {folder.name} now. To go on with it: softhouse resume {folder.name}"
        )
    try:
        descriptor = _open(folder / FILE_NAME, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SofthouseError(f"{folder / FILE_NAME} cannot be written: {error.strerror}.") from None


def _refusal(command: Command) -> str:
    if isinstance(command, Say) and not command.text.strip():
        return "There is nothing to say yet."
    longest = LONGEST_INTERJECTION if isinstance(command, Say) else LONGEST_ANSWER
    return f"That cannot be sent: it is not text, or longer than {longest:,} characters."


class Mailbox:
    """The commands that arrive from now on."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self._path = os.fspath(self.path)
        self._read = self._size()

    def new_commands(self) -> list[Command]:
        """What has arrived since the last call; lines that hold no command are left aside."""
        size = self._size()
        if size == self._read:
            return []
        if size < self._read:
            # Another file than it was: none of it was sent to us for certain.
            self._read = size
            return []
        data = self._next()
        whole = data.rfind(b"\n") + 1
        if not whole and len(data) == MOST_AT_ONCE:
            whole = len(data)
        self._read += whole
        commands = map(read_line, data[:whole].splitlines())
        return [command for command in commands if command is not None]

    def _size(self) -> int:
        try:
            return os.stat(self._path, follow_symlinks=False).st_size  # noqa: PTH116 — a third of the time
        except OSError:
            return 0

    def _next(self) -> bytes:
        try:
            descriptor = _open(self.path, os.O_RDONLY)
        except OSError:
            return b""
        try:
            return os.pread(descriptor, MOST_AT_ONCE, self._read)
        finally:
            os.close(descriptor)


def _open(path: Path, flags: int) -> int:
    """Open the mailbox of a run that is worked on; what another user put there is none."""
    descriptor = open_plain_file(path, flags)
    if stranger := stranger_among([os.fstat(descriptor).st_uid]):
        os.close(descriptor)
        raise OSError(errno.EPERM, f"it belongs to the user {stranger}")
    return descriptor
