"""Everything the window shows of a run: folds over its events, and nothing else.

Each part counts its changes in `version`, so that a pane looks again only when there is something
to see. A window that goes back in a run makes a new state and folds from the beginning.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext

from msgspec.structs import replace

from tui.run_state.chain_tree import ChainTree
from tui.run_state.conversation import Conversation
from tui.run_state.course import Course
from tui.run_state.playback import Playback
from tui.run_state.staff import Staff
from tui.run_state.work import Work
from warehouse.collector import resting_collector
from warehouse.events import EffectEnded, EffectFailed, WordsStreamed
from warehouse.history.entries import Began, Entry, Forked, VersionBegan, Words
from warehouse.history.now import Now
from warehouse.history.transcript import TranscriptFold, head_of
from warehouse.journal.journal import Event


class RunState:
    """A run as far as it has been shown. `clock` counts the seconds between events.

    The past of a fork is shown under the `head` of the fork.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, head: Began | None = None
    ) -> None:
        self.events: list[Event] = []
        """All that were added, the words of replies that have ended since among them."""
        self.entries: list[Entry | None] = []
        """What each of them is in the transcript; of words that are written, only the events tell."""
        self.began: Began | None = None
        self.forked: Forked | None = None
        """The last fork, where the run is one."""
        self.now = Now(clock)
        self.chain = ChainTree()
        self.staff = Staff()
        self.talk = Conversation()
        self.work = Work()
        self.course = Course()
        self._transcript = TranscriptFold(head)

    @property
    def run(self) -> str:
        """The run's id."""
        return self.now.summary.run

    def title_of(self, role: str) -> str:
        """What people call a role."""
        return self.began.titles.get(role, role) if self.began else role

    def interrupt(self) -> None:
        """Nobody works on the run any more, though it did not end."""
        self.chain.interrupt()
        self.staff.interrupt()

    def add(self, events: Sequence[Event]) -> None:
        """Take more events into account."""
        self.events.extend(events)
        folds = (self.chain.add, self.staff.add, self.talk.add, self.work.add, self.course.add)
        spent = _spent_words(events)
        for number, event in enumerate(events):
            if number in spent:
                self.entries.append(None)
                continue
            entry = self._transcript.add(event)
            self.entries.append(None if isinstance(entry, Words) else entry)
            self.now.add(event, entry)
            if isinstance(entry, Began):
                self.began = entry
            elif isinstance(entry, VersionBegan):
                before = self.began or entry.began
                # Calls of all versions stand in one conversation, and are named by these.
                databases = tuple(dict.fromkeys([*before.databases, *entry.began.databases]))
                titles = before.titles | entry.began.titles
                self.began = replace(entry.began, titles=titles, databases=databases)
            elif isinstance(entry, Forked):
                self.began, self.forked = entry.began, entry
            for add in folds:
                add(event, entry)


def _spent_words(events: Sequence[Event]) -> set[int]:
    """The places of streamed words of replies that end within `events`: four fifths of a long run."""
    ended: dict[str, int] = {}
    for number, event in enumerate(events):
        if isinstance(event.data, EffectEnded | EffectFailed):
            ended[event.where] = number
    return {
        number
        for number, event in enumerate(events)
        if type(event.data) is WordsStreamed and ended.get(event.where, -1) > number
    }


MANY = 1_000
"""Events from which on folding them makes so much that the garbage collector is in the way."""


class Picture:
    """Keeps a RunState where the playback is."""

    def __init__(self, playback: Playback) -> None:
        self._playback = playback
        self.state = self._new()

    def _new(self) -> RunState:
        playback = self._playback
        return RunState(playback.run_seconds, head_of(playback.events))

    def bring_up(self) -> bool:
        """Fold what is to be shown now. Returns whether anything changed."""
        position, shown = self._playback.position, len(self.state.events)
        if position == shown:
            return False
        if position < shown:
            self.state = self._new()
            shown = 0
        events = self._playback.events[shown:position]
        with resting_collector() if len(events) >= MANY else nullcontext():
            self.state.add(events)
        return True
