"""A terminal with a program in it: keys go in, and what it draws and every byte it sends is kept."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyte

from tests.support.command_line import ROOT
from tests.support.waiting import PATIENCE

QUIET = 0.1
"""Seconds without a byte after which a program has drawn what it had to draw."""


class Terminal:
    """A pseudo-terminal and the screen that it would show."""

    def __init__(self, process: "subprocess.Popen[bytes]", master: int, size: tuple[int, int]):
        self.sent = bytearray()
        """Every byte that the program has sent."""
        self._process = process
        self._master = master
        self._drawn = 0
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def pid(self) -> int:
        """The program's process."""
        return self._process.pid

    @property
    def text(self) -> str:
        """What can be read on the screen."""
        self._stream.feed(bytes(self.sent[self._drawn :]))
        self._drawn = len(self.sent)
        return "\n".join(line.rstrip() for line in self._screen.display)

    def press(self, keys: str) -> None:
        """Type keys, as the bytes a terminal sends for them, and let the program draw."""
        os.write(self._master, keys.encode())
        self.settle()

    def answer_time(self, keys: str, answer: "re.Pattern[bytes]") -> float:
        """Seconds from typing keys until the program sends what it answers with."""
        begin, until = len(self.sent), time.monotonic() + PATIENCE
        typed = time.perf_counter()
        os.write(self._master, keys.encode())
        while not answer.search(self.sent, begin):
            assert time.monotonic() < until, f"no answer to {keys!r}"
            self.sent += os.read(self._master, 65_536)
        return time.perf_counter() - typed

    def settle(self) -> None:
        """Wait until nothing is drawn any more."""
        self._read(time.monotonic() + PATIENCE, QUIET)

    def listen(self, seconds: float) -> None:
        """Take what the program sends for a while."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self._read(until, left):
            pass

    def wait_for(self, text: str) -> None:
        """Wait until a text can be read."""
        until = time.monotonic() + PATIENCE
        while text not in self.text:
            assert time.monotonic() < until, f"no {text!r} on the screen:\n{self.text}"
            assert self._read(until, QUIET) or text in self.text, self.text

    def wait_end(self) -> int:
        """Wait until the program has ended; its exit code."""
        if self._master >= 0:
            self._read(time.monotonic() + PATIENCE, PATIENCE)
        return self._process.wait(PATIENCE)

    def hang_up(self) -> None:
        """Take the terminal away, as when its window is closed or a connection is lost."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def stop(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def _read(self, until: float, quiet: float) -> bool:
        """Read until nothing comes for a while. False once nothing can come any more."""
        while time.monotonic() < until:
            if not select.select([self._master], [], [], quiet)[0]:
                return True
            try:
                received = os.read(self._master, 65_536)
            except OSError:
                received = b""
            if not received:
                return False
            self.sent += received
        return True


@contextmanager
def in_terminal(
    *arguments: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    size: tuple[int, int] = (120, 40),
) -> Iterator[Terminal]:
    """`softhouse ARGUMENTS` in a terminal of so many columns and rows; `env` adds to the environment."""
    command = [sys.executable, "-P", "-m", "softhouse", *arguments]
    config = {"PYTHONPATH": str(ROOT), "SOFTHOUSE_CONFIG": str(cwd / "config")}
    with program_in_terminal(
        command, cwd=cwd, env={**config, **(env or {})}, size=size
    ) as terminal:
        yield terminal


@contextmanager
def program_in_terminal(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str], size: tuple[int, int] = (120, 40)
) -> Iterator[Terminal]:
    """Any program in a terminal with 16 million colours."""
    master, slave = pty.openpty()
    columns, rows = size
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    given = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    with subprocess.Popen(
        command,
        cwd=cwd,
        env={**given, "TERM": "xterm-256color", "COLORTERM": "truecolor", **env},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    ) as process:
        os.close(slave)
        terminal = Terminal(process, master, size)
        try:
            yield terminal
        finally:
            process.kill()
            terminal.hang_up()
