"""The conversation: what was said and what came of it, in the order a person reads it.

A fold over a run's events. It keeps references and reads no text, so that a run of many thousand
messages opens at once; whoever shows an item looks into it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from warehouse.history import entries
from warehouse.journal.journal import Event
from warehouse.journal.step_paths import around


@dataclass(frozen=True, slots=True)
class Heading:
    """From here on a phase speaks; `round` of at most `most_rounds` where it is in a loop, else 0."""

    seq: int
    where: str
    title: str
    round: int = 0
    most_rounds: int = 0


@dataclass(frozen=True, slots=True)
class PhaseOver:
    """A phase that ended otherwise than well: skipped or failed, and why."""

    seq: int
    where: str
    title: str
    outcome: str
    reason: str


@dataclass(slots=True)
class Speaking:
    """A message being written. `broken` says that it was never ended."""

    asking: entries.Asking
    pieces: list[str] = field(default_factory=list)
    broken: bool = False

    @property
    def seq(self) -> int:
        return self.asking.seq

    @property
    def where(self) -> str:
        return self.asking.where


@dataclass(slots=True)
class Underway:
    """A call of a tool that goes on. `broken` says that it was never ended."""

    calling: entries.Calling
    broken: bool = False

    @property
    def seq(self) -> int:
        return self.calling.seq

    @property
    def where(self) -> str:
        return self.calling.where


Item = entries.Entry | Heading | PhaseOver | Speaking | Underway


class Conversation:
    """The items of the conversation. An item's place never changes once it has one."""

    def __init__(self) -> None:
        self.version = 0
        self.items: list[Item] = []
        self.settled: list[int] = []
        """The places of items that were replaced or broken off, in the order it happened."""
        self.speaking: dict[str, int] = {}
        """Where a message is being written → its place."""
        self._underway: dict[str, int] = {}
        """Where a tool is being used → the place of the call."""
        self._commits: dict[int, entries.Committed] = {}
        self._last_message: dict[str, int] = {}
        self._rounds: dict[str, entries.StepBegan] = {}
        self._phases: dict[str, Heading] = {}
        self._phase = ""

    def add(self, event: Event, entry: entries.Entry | None) -> None:
        """Take one more event into account."""
        if entry is not None:
            _TAKE.get(type(entry), Conversation._show)(self, entry)

    def commit_of(self, seq: int) -> entries.Committed | None:
        """The commit that a message led to, by the message's number."""
        return self._commits.get(seq)

    def place_of_event(self, seq: int) -> int:
        """The place of an event's item, or of the last before it; -1 where there is none."""
        place, nearest = -1, -1
        for index, item in enumerate(self.items):
            if nearest < item.seq <= seq and not isinstance(item, Heading):
                place, nearest = index, item.seq
        return place

    def place_of_step(self, where: str) -> int:
        """The place where a step first has something to say; -1 where it has nothing."""
        inside = f"{where}/"
        for index, item in enumerate(self.items):
            if item.where == where or item.where.startswith(inside):
                return index
        return -1

    def _show(self, item: Item) -> None:
        """Put an item at the end, below the heading of its phase."""
        phase = self._phase_of(item.where)
        if phase is not None and phase.where != self._phase:
            self._phase = phase.where
            self.items.append(phase)
        self.items.append(item)
        self.version += 1

    def _settle(self, place: int, item: Item) -> None:
        self.items[place] = item
        self.settled.append(place)
        self.version += 1

    def _phase_of(self, where: str) -> Heading | None:
        return next((self._phases[path] for path in around(where) if path in self._phases), None)

    def _step_began(self, step: entries.StepBegan) -> None:
        if step.kind == "round":
            self._rounds[step.where] = step
        elif step.kind in ("phase", "handover"):
            around = self._rounds.get(step.where.rpartition("/")[0])
            rounds = (around.round, around.most_rounds) if around else (0, 0)
            self._phases[step.where] = Heading(step.seq, step.where, step.title, *rounds)

    def _step_ended(self, step: entries.StepEnded) -> None:
        phase = self._phases.get(step.where)
        if phase is None or step.outcome not in ("skipped", "failed"):
            return
        over = PhaseOver(step.seq, step.where, phase.title, step.outcome, step.reason)
        if step.outcome == "failed":
            self._show(over)
        else:
            self.items.append(over)
            self.version += 1

    def _asking(self, asking: entries.Asking) -> None:
        self._break_off(asking.where)
        self._show(Speaking(asking))
        self.speaking[asking.where] = len(self.items) - 1

    def _words(self, words: entries.Words) -> None:
        speaking = self._speaking_at(words.where)
        if speaking is not None:
            speaking.pieces.append(words.text)
            self.version += 1

    def _retried(self, retried: entries.Retried) -> None:
        speaking = self._speaking_at(retried.where)
        if speaking is not None:
            # Another one, so that whoever has laid out the old one begins anew.
            self._settle(self.speaking[retried.where], Speaking(speaking.asking))
        self._show(retried)

    def _message(self, message: entries.Said) -> None:
        self._spoken(message)
        phase = self._phase_of(message.where)
        if phase is not None:
            self._last_message[phase.where] = message.seq

    def _calling(self, calling: entries.Calling) -> None:
        self._break_off_call(calling.where)
        self._show(Underway(calling))
        self._underway[calling.where] = len(self.items) - 1

    def _break_off_call(self, where: str) -> None:
        place = self._underway.pop(where, None)
        item = None if place is None else self.items[place]
        if place is not None and isinstance(item, Underway):
            item.broken = True
            self._settle(place, item)

    def _spoken(self, item: entries.Said | entries.ToolCalled | entries.Failed) -> None:
        """Put what a call came to in the place of its words: those of one that failed are void."""
        place = self.speaking.pop(item.where, None)
        if place is None:
            place = self._underway.pop(item.where, None)
        if place is None:
            self._show(item)
        else:
            self._settle(place, item)

    def _committed(self, commit: entries.Committed) -> None:
        phase = self._phase_of(commit.where)
        if phase is not None and phase.where in self._last_message:
            self._commits[self._last_message[phase.where]] = commit
        self._show(commit)

    def _delivered(self, delivered: entries.Delivered) -> None:
        """Files are told by their commit."""
        if not delivered.files and (delivered.fields or delivered.text):
            self._show(delivered)

    def _session_over(self, entry: entries.Entry) -> None:
        for where in list(self.speaking):
            self._break_off(where)
        for where in list(self._underway):
            self._break_off_call(where)
        self._show(entry)

    def _speaking_at(self, where: str) -> Speaking | None:
        place = self.speaking.get(where)
        item = None if place is None else self.items[place]
        return item if isinstance(item, Speaking) else None

    def _break_off(self, where: str) -> None:
        speaking = self._speaking_at(where)
        if speaking is not None:
            speaking.broken = True
            self._settle(self.speaking.pop(where), speaking)


_TAKE: dict[type, Callable[[Conversation, Any], None]] = {
    entries.Resumed: Conversation._session_over,
    entries.Forked: Conversation._session_over,
    entries.VersionBegan: Conversation._session_over,
    entries.Ended: Conversation._session_over,
    entries.StepBegan: Conversation._step_began,
    entries.StepEnded: Conversation._step_ended,
    entries.Asking: Conversation._asking,
    entries.Words: Conversation._words,
    entries.Said: Conversation._message,
    entries.Retried: Conversation._retried,
    entries.Calling: Conversation._calling,
    entries.ToolCalled: Conversation._spoken,
    entries.Committed: Conversation._committed,
    entries.Delivered: Conversation._delivered,
    entries.Failed: Conversation._spoken,
}
"""What is done with a kind of entry, where it is not just shown."""
