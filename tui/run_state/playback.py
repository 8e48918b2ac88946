"""Where in a run the window stands: at its live end, or anywhere in its past, moving or still.

A run being made, a finished one and one watched again are the same to everyone else: events, and
how many of them are shown.
"""

import math
import time
from collections.abc import Callable, Iterable

from tui.run_state.timeline import Kind, is_a
from warehouse.history.clock import Pace, moment
from warehouse.journal.journal import Event, is_locked
from warehouse.journal.tail import JournalTail

SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, math.inf)
LONGEST_PAUSE = 3.0
"""Seconds after which the pause between two events ends, unless something else is asked for."""
MOST_AT_ONCE = 100
"""Events that one `tick` shows while playing, so that the fastest replay can still be watched."""


class Playback:
    """The position in a run and how it moves. `clock` counts real seconds."""

    def __init__(
        self,
        tail: JournalTail,
        *,
        speed: float | None = None,
        start: int = 0,
        longest_pause: float = LONGEST_PAUSE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """At the live end; or, given a `speed`, playing from the event number `start`.

        Raises JournalError where the journal cannot be read.
        """
        self._tail = tail
        self._clock = clock
        self._longest_pause = longest_pause
        self._run_seconds = 0.0
        self._shown_at = clock()
        self.events: list[Event] = tail.new_events()
        self.working = is_locked(tail.path)
        self.speed = speed or 1.0
        self.playing = speed is not None
        self.following = speed is None
        self.position = len(self.events) if self.following else min(start, len(self.events))
        self._ticked = clock() - (self._since_last_event() if self.following else 0.0)

    @property
    def at_end(self) -> bool:
        """Whether everything that is known is shown."""
        return self.position >= len(self.events)

    @property
    def live(self) -> bool:
        """Whether the run is being made at this moment, and the window shows it as it comes."""
        return self.following and self.working

    def run_seconds(self) -> float:
        """Seconds of the run's own time: real ones while it is live, scaled ones in a replay."""
        return self._run_seconds

    def poll(self) -> bool:
        """Read what is new, and show it where the end is followed. Returns whether there was anything.

        Raises JournalError as JournalTail.
        """
        new = self._tail.new_events()
        self.events.extend(new)
        if self.following:
            self.position = len(self.events)
        return bool(new)

    def look_who_works(self) -> None:
        """Find out again whether a process works on the run."""
        self.working = is_locked(self._tail.path)

    def tick(self) -> None:
        """Let time pass: the end is followed, a replay goes on.

        To be called after the events up to `position` were folded: their time is counted from then.
        """
        now = self._clock()
        passed, self._ticked = now - self._ticked, now
        if self.following:
            self._run_seconds += passed if self.working else 0.0
            self.position = len(self.events)
        elif self.playing:
            self._run_seconds += self._pace.recorded(passed)
            self._play_on(now)

    def seek(self, position: int) -> None:
        """Show the run as it was after so many events. A replay that plays goes on from there."""
        self.following = False
        self._go(position)

    def play(self) -> None:
        """Let the run happen again from here, or from its beginning where this is the end."""
        if self.at_end:
            self._go(0)
        self.following, self.playing = False, True
        self._shown_at = self._clock()

    def pause(self) -> None:
        """Stand still where we are."""
        self.following = self.playing = False

    def to_end(self) -> None:
        """Show everything, and what comes as it comes."""
        if not self.at_end:
            self._ticked = self._clock() - self._since_last_event()
        self.following, self.playing = True, False
        self.position = len(self.events)

    def faster(self) -> None:
        self.speed = next((speed for speed in SPEEDS if speed > self.speed), SPEEDS[-1])

    def slower(self) -> None:
        self.speed = next((speed for speed in reversed(SPEEDS) if speed < self.speed), SPEEDS[0])

    def next(self, kind: Kind) -> bool:
        """Go on to the next event of a kind. Returns whether there is one."""
        return self._seek_first(kind, range(self.position, len(self.events)))

    def previous(self, kind: Kind) -> bool:
        """Go back to the last event of a kind before the one shown. Returns whether there is one."""
        return self._seek_first(kind, range(min(self.position, len(self.events)) - 2, -1, -1))

    def _seek_first(self, kind: Kind, indices: Iterable[int]) -> bool:
        index = next((each for each in indices if is_a(kind, self.events[each])), None)
        if index is not None:
            self.seek(index + 1)
        return index is not None

    def _since_last_event(self) -> float:
        """Real seconds since the last known event, while somebody works on the run; else 0."""
        if not (self.working and self.events):
            return 0.0
        at = moment(self.events[-1].at)
        return 0.0 if at is None else max(time.time() - at, 0.0)

    @property
    def _pace(self) -> Pace:
        return Pace(self.speed, self._longest_pause)

    def _go(self, position: int) -> None:
        self.position = max(0, min(position, len(self.events)))
        self._shown_at = self._clock()

    def _play_on(self, now: float) -> None:
        for _ in range(MOST_AT_ONCE):
            if self.at_end:
                self.playing = False
                self.following = self.working
                return
            before = self.events[self.position - 1] if self.position else None
            pause = self._pace.pause(before, self.events[self.position]) if before else 0.0
            if self._shown_at + pause > now:
                return
            self._shown_at += pause
            self.position += 1
