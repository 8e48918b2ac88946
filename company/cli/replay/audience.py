"""Playing a recorded run in its rhythm to whoever watches, until they have left."""

import select
import sys
import time
from collections.abc import Sequence
from typing import Protocol

from company.cli.views.view import View
from warehouse.history.clock import Pace
from warehouse.journal.journal import Event

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


def play(events: Sequence[Event], view: View, pace: Pace, audience: Audience) -> bool:
    """Show the events in their own rhythm. Returns whether anybody watched to the end."""
    before: Event | None = None
    shown_at = 0.0
    for event in events:
        pause = pace.pause(before, event) if before else 0.0
        if not audience.wait(shown_at + pause - audience.seconds()):
            return False
        shown_at = audience.seconds()
        view.on_event(event)
        before = event
    return True
