"""Becomes the program that the arguments start, and ends it when it reaches for a display.

A display is a socket, which we are the one to listen at: whatever language or library the program is
written with, and whatever it would say, the attempt is seen. What was reached for is written down below /box.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
from pathlib import Path

from .places import TRIED_DISPLAY

SOCKETS = Path("/tmp/.X11-unix")  # noqa: S108
NUMBER = 99


def main() -> None:
    """Listen in a process of our own; this one becomes the program, so that it ends like it."""
    SOCKETS.mkdir(mode=0o1777, exist_ok=True)
    place = SOCKETS / f"X{NUMBER}"
    place.unlink(missing_ok=True)
    program = os.getpid()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place))
        listener.listen()
        if os.fork() == 0:
            _end_on_attempt(listener, program)
            os._exit(0)
    os.environ["DISPLAY"] = f":{NUMBER}"
    try:
        os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606
    except OSError as error:
        sys.stderr.write(f"{sys.argv[1]}: {error.strerror}\n")
        sys.exit(127 if isinstance(error, FileNotFoundError) else 126)


def _end_on_attempt(listener: socket.socket, program: int) -> None:
    select.select([listener], [], [])
    tried = Path(TRIED_DISPLAY)
    tried.parent.mkdir(exist_ok=True)
    tried.touch()
    os.kill(program, signal.SIGKILL)
