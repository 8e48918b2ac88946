"""The terminal that the window is on, which may be taken away: closed, cut off, its parent killed."""

import select
import sys
from contextlib import suppress
from io import TextIOWrapper
from threading import Thread
from typing import Any, TextIO, cast

from textual.drivers.linux_driver import LinuxDriver
from textual.messages import ExitApp


class TerminalDriver(LinuxDriver):
    """Ends the window with its terminal, whose end Textual's own driver reads over and over."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        assert sys.__stderr__ is not None, "a window has a terminal"
        self._file = cast("TextIOWrapper", _Lenient(sys.__stderr__))
        Thread(target=self._leave_with_terminal, name="hang-up", daemon=True).start()

    def _leave_with_terminal(self) -> None:
        terminal = select.poll()
        terminal.register(self.fileno, 0)
        [(_, happened)] = terminal.poll()
        if happened & select.POLLHUP:
            self._app.post_message(ExitApp())


class _Lenient:
    """A file into which may be written, whatever became of it: who writes must live to be stopped."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def fileno(self) -> int:
        return self._file.fileno()

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()
