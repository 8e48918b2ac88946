"""Whoever watches a replay: it waits with them, and notices when they have left."""

import select
import sys
import time
from typing import Protocol

LONGEST_WAIT = 86_400.0
"""Seconds; a bound that `poll` can count to."""


class Audience(Protocol):
    """Time as those who watch live it."""

    def seconds(self) -> float:
        """Seconds that only ever grow."""

    def wait(self, seconds: float) -> bool:
        """Let time pass; a wait that is over already takes none. False once nobody watches."""


class Readers:
    """Those who read standard output."""

    def __init__(self) -> None:
        self._leaving: select.poll | None = None
        try:
            output = sys.stdout.fileno()
        except (OSError, ValueError):
            return
        self._leaving = select.poll()
        self._leaving.register(output, 0)

    def seconds(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Also ends as soon as the last reader of a pipe has left."""
        until = time.monotonic() + min(seconds, LONGEST_WAIT)
        if self._leaving is not None:
            happened = self._leaving.poll(max(min(seconds, LONGEST_WAIT), 0.0) * 1000)
            if any(what & (select.POLLERR | select.POLLHUP) for _, what in happened):
                return False
        # Some systems cannot watch every kind of output and come back at once.
        time.sleep(max(until - time.monotonic(), 0.0))
        return True
