"""A replay without the window: lines or JSON, how the run ended, and how to look closer."""

import select
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from company.cli.opened import OpenedRun, called
from company.cli.output import headed, say
from company.cli.views.view import JsonLines, Plain, View
from company.errors import Interrupted
from warehouse.history.clock import Pace
from warehouse.history.entries import Began, Ended, Forked, Resumed
from warehouse.journal.journal import FILE_NAME, Event, is_locked
from warehouse.runs.folders import is_demo

LONGEST_WAIT = 86_400.0
"""Seconds; a bound that `poll` can count to."""


class Readers:
    """Those who read standard output, and time as they live it."""

    def __init__(self) -> None:
        self._leaving: select.poll | None = None
        try:
            output = sys.stdout.fileno()
        except (OSError, ValueError):
            return
        self._leaving = select.poll()
        self._leaving.register(output, 0)

    def seconds(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Let time pass; False as soon as nobody reads any more, such as the last reader of a pipe."""
        until = time.monotonic() + min(seconds, LONGEST_WAIT)
        if self._leaving is not None:
            happened = self._leaving.poll(max(min(seconds, LONGEST_WAIT), 0.0) * 1000)
            if any(what & (select.POLLERR | select.POLLHUP) for _, what in happened):
                return False
        # Some systems cannot watch every kind of output and come back at once.
        time.sleep(max(until - time.monotonic(), 0.0))
        return True


def show_again(
    opened: OpenedRun,
    pace: Pace,
    audience: Readers,
    *,
    begin: int = 0,
    as_json: bool = False,
) -> int:
    """Show a recorded run from event number `begin` on. Returns the exit code."""
    view = JsonLines() if as_json else Plain(opened.head)
    view.recall(opened.events[:begin])
    try:
        with _stopped_by_any_polite_signal(), view:
            to_the_end = play(opened.events[begin:], view, pace, audience)
    except KeyboardInterrupt:
        return Interrupted.exit_code
    if to_the_end and view.speaks:
        for line in closing(opened):
            say(line)
    return 0


def play(events: Sequence[Event], view: View, pace: Pace, audience: Readers) -> bool:
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


@contextmanager
def _stopped_by_any_polite_signal() -> Iterator[None]:
    """Let a polite kill or a closed terminal end the replay as Ctrl-C does."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    replaced = {
        number: signal.signal(number, stop)
        for number in (signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) is signal.SIG_DFL
    }
    try:
        yield
    finally:
        for number, handler in replaced.items():
            signal.signal(number, handler)


def closing(opened: OpenedRun) -> Iterator[str]:
    """The last lines of a replay."""
    name = called(opened.folder)
    yield ""
    yield headed("Ended", _end(opened, name))
    yield headed("Next", f"softhouse show {name} --full   has every word of it")
    if is_demo(opened.folder):
        yield headed("", 'softhouse run "A tip calculator"   begins a run of your own')
    else:
        yield headed("", f"softhouse why {name} FILE:LINE   tells where a line comes from")
        yield headed("", f"softhouse fork {name} --at STEP --set KEY=VALUE   goes another way")


def _end(opened: OpenedRun, name: str) -> str:
    turns = (entry for entry in reversed(opened.entries) if isinstance(entry, _TURNS))
    last = next(turns, None)
    if isinstance(last, Ended):
        return f"{last.status}, exit code {last.exit_code}: {last.reason}"
    if is_locked(opened.folder / FILE_NAME):
        return "not yet: the run goes on, and this is what was there when the replay began"
    return f"cut off here; softhouse resume {name} goes on"


_TURNS = (Began, Resumed, Forked, Ended)
"""What a run's state can be told by; the last one counts."""
