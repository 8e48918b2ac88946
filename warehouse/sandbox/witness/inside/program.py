"""A program that is started and given input: at a terminal of 80×24, or by a pipe."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from .processes import LOOK_SECONDS, descendants, listening, settle

ROWS, COLUMNS = 24, 80
END_OF_INPUT = b"\x04"
KEPT_BYTES = 4096
"""Of each of the two streams, from its beginning, and as many from its end."""
UNSHOWN = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b.|[\x00-\x08\x0b-\x1f\x7f]")
"""What moves the cursor or colours the screen."""
SETTLING_SECONDS = 2.0
"""How long a program that never rests is waited for before it is given more."""
LAST_WORDS_SECONDS = 1.0
SETTINGS = {"TERM": "xterm-256color", "LINES": str(ROWS), "COLUMNS": str(COLUMNS)}
CHUNK = 65536


class Program:
    """One start of a program; `stop` ends it and all that it started."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        at_terminal: bool,
        until: float,
        display: str = "",
        hears: Callable[[bytes], None] | None = None,
    ) -> None:
        """`hears` is given all that comes to the terminal, which is then a person's: it echoes, and
        standard error comes there too."""
        self.until = until
        self._at_terminal = at_terminal
        terminal = partial(_terminal, echoes=hears is not None)
        self._outside, self._inside = terminal() if at_terminal else os.pipe()[::-1]
        shown_on = {"DISPLAY": display} if display else {}
        self._child = subprocess.Popen(
            argv,
            stdin=self._inside,
            stdout=self._inside if at_terminal else subprocess.PIPE,
            stderr=self._inside if hears else subprocess.PIPE,
            env={**os.environ, **SETTINGS, **shown_on},
            start_new_session=True,
            preexec_fn=_take_terminal if at_terminal else None,
            bufsize=0,
        )
        self._given: list[bytes] = []
        self._out, self._err = bytearray(), bytearray()
        out = self._outside if at_terminal else _descriptor(self._child.stdout)
        self._readers = [_reading(out, self._out, hears)]
        if not hears:
            self._readers.append(_reading(_descriptor(self._child.stderr), self._err))

    @property
    def exit_code(self) -> int | None:
        """None while it runs; 128 and more for a signal."""
        code = self._child.poll()
        return 128 - code if code is not None and code < 0 else code

    @property
    def is_waited_for(self) -> bool:
        """Whether it still runs, serves nobody, and has time left."""
        return self.exit_code is None and time.monotonic() < self.until and not listening()

    @property
    def wants_keys(self) -> bool:
        """Whether it has told its terminal to hand it each key at once."""
        return self._at_terminal and not termios.tcgetattr(self._inside)[3] & termios.ICANON

    def rest(self) -> None:
        """Wait until it waits itself, or has ended."""
        settle(min(self.until, time.monotonic() + SETTLING_SECONDS))

    def give(self, data: bytes) -> None:
        """A line or a key; returns when it has taken that, or is no longer waited for."""
        self._given.append(data)
        with contextlib.suppress(BrokenPipeError):
            os.write(self._outside, data)
        time.sleep(LOOK_SECONDS)  # what is written to a terminal is not there at once
        while self._unread() and self.is_waited_for:
            time.sleep(LOOK_SECONDS)

    def taken(self) -> list[bytes]:
        """What it has read of all that it was given, once it is no longer spoken to."""
        unread, taken = self._unread(), list(self._given)
        while unread > 0 and taken:
            unread -= len(taken.pop())
        return taken

    def end_input(self) -> None:
        """Say that nothing more comes."""
        if self._at_terminal:
            os.write(self._outside, END_OF_INPUT)
        elif self._outside >= 0:
            os.close(self._outside)
            self._outside = -1

    def said(self) -> tuple[str, str]:
        """The ends of what came on standard output, or the screen, and on standard error."""
        return _text(self._out), _text(self._err)

    def stop(self) -> None:
        """End it, and hear what it had still to say. What its exit code was is asked before."""
        while found := descendants():
            for pid in found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
        os.close(self._inside)
        for reader in self._readers:
            reader.join(LAST_WORDS_SECONDS)

    def _unread(self) -> int:
        """How many bytes lie in its terminal, or pipe, that it has not taken."""
        count = fcntl.ioctl(self._inside, termios.FIONREAD, b"\0\0\0\0")
        return int(struct.unpack("i", count)[0])


def _terminal(*, echoes: bool) -> tuple[int, int]:
    """Both ends of one that shows what is written to it, and no more unless it `echoes`."""
    screen, inside = os.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    if echoes:
        return screen, inside
    modes = termios.tcgetattr(inside)
    modes[1] &= ~termios.OPOST
    modes[3] &= ~termios.ECHO
    termios.tcsetattr(inside, termios.TCSANOW, modes)
    return screen, inside


def _take_terminal() -> None:
    """In the child: the terminal is that of its session, so that `/dev/tty` is too."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _reading(
    descriptor: int, kept: bytearray, hears: Callable[[bytes], None] | None = None
) -> threading.Thread:
    reader = threading.Thread(target=_read, args=(descriptor, kept, hears), daemon=True)
    reader.start()
    return reader


def _read(descriptor: int, kept: bytearray, hears: Callable[[bytes], None] | None) -> None:
    """Until nobody can write any more; a terminal then says that it is broken."""
    with contextlib.suppress(OSError):
        while data := os.read(descriptor, CHUNK):
            if hears is not None:
                hears(data)
            kept += data
            del kept[KEPT_BYTES:-KEPT_BYTES]


def _descriptor(stream: object) -> int:
    return stream.fileno()  # type: ignore[attr-defined, no-any-return]


def _text(data: bytearray) -> str:
    return UNSHOWN.sub("", bytes(data).decode(errors="replace"))
