"""What goes on in a run at this moment: a fold over its events, read by the live view."""

import time
from dataclasses import dataclass, replace

from warehouse.journal import Event
from warehouse.summary import RunSummary, SummaryFold
from warehouse.transcript import (
    Asking,
    Began,
    Committed,
    Ended,
    Entry,
    Executed,
    Failed,
    Retried,
    Said,
    StepBegan,
    Words,
)

KEPT_WORDS = 2_000
"""Characters of the reply in flight that can be shown."""


@dataclass(frozen=True)
class Talk:
    """Who was asked and has not answered yet."""

    speaker: str
    listener: str
    model: str
    words: str = ""


class Now:
    """The present of a run."""

    def __init__(self) -> None:
        self._fold = SummaryFold()
        self._since = time.monotonic()
        self._earlier_seconds = 0.0
        self._talks: dict[str, Talk] = {}
        self.titles: dict[str, str] = {}
        self.top_steps = 0
        self.phase = ""
        self.number = 0
        self.round = 0
        self.most_rounds = 0
        self.last_change = ""
        self.last_check = ""

    @property
    def summary(self) -> RunSummary:
        return self._fold.summary

    @property
    def seconds(self) -> float:
        """Wall-clock seconds of all sessions, this moment included."""
        return self._earlier_seconds + time.monotonic() - self._since

    @property
    def talk(self) -> Talk | None:
        """The talk whose words came last."""
        talks = list(self._talks.values())
        return talks[-1] if talks else None

    @property
    def talks(self) -> int:
        """How many go on at once."""
        return len(self._talks)

    def add(self, event: Event, entry: Entry | None) -> None:
        """Take one more event, and its entry in the transcript, into account."""
        self._fold.add(event)
        if event.kind == "run.resumed":
            self._earlier_seconds, self._since = self.summary.seconds, time.monotonic()
            self._talks.clear()
        match entry:
            case Began():
                self.titles, self.top_steps = entry.titles, entry.top_steps
            case StepBegan():
                self._step(entry)
            case Asking():
                self._talks[entry.where] = Talk(entry.speaker, entry.listener, entry.model)
            case Words():
                self._hear(entry)
            case Retried() if entry.where in self._talks:
                self._talks[entry.where] = replace(self._talks[entry.where], words="")
            case Said() | Failed():
                self._talks.pop(entry.where, None)
            case Committed():
                files = len(entry.files)
                added = sum(c.added for c in entry.files)
                removed = sum(c.removed for c in entry.files)
                names = entry.files[0].path if files == 1 else f"{files} files"
                self.last_change = f"{names} +{added} -{removed}"
            case Executed():
                self.last_check = entry.summary
            case Ended():
                self._talks.clear()

    def _step(self, step: StepBegan) -> None:
        number = step.where.split("/", 1)[0].split(".", 1)[0]
        if number.isdigit():
            self.number = int(number[:4])
        if "/" not in step.where:
            self.round = self.most_rounds = 0
        if step.kind == "round":
            self.round, self.most_rounds = step.round, step.most_rounds
        if step.kind in ("phase", "handover"):
            self.phase = step.title
            if step.kind == "handover":
                self.number = 0

    def _hear(self, words: Words) -> None:
        talk = self._talks.pop(words.where, None)
        if talk is not None:
            heard = (talk.words + words.text)[-KEPT_WORDS:]
            self._talks[words.where] = Talk(talk.speaker, talk.listener, talk.model, heard)
