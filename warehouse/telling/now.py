"""What goes on in a run at this moment: a fold over its events, read by the live view."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from warehouse.entries import (
    Asking,
    Began,
    Committed,
    Continued,
    Ended,
    Entry,
    Executed,
    Failed,
    Forked,
    Paused,
    Resumed,
    Retried,
    Said,
    StepBegan,
    Words,
)
from warehouse.journal import Event
from warehouse.loose import mapping
from warehouse.summary import RunSummary, SummaryFold
from warehouse.transcript import limits_in

KEPT_WORDS = 2_000
"""Characters of the reply in flight that can be shown."""


@dataclass(frozen=True)
class Talk:
    """Who was asked and has not answered yet."""

    speaker: str
    listener: str
    model: str
    """Empty where a person was asked."""
    words: str = ""
    where: str = ""
    question: str = ""
    """What a person was asked."""


class Now:
    """The present of a run.

    `clock` counts the seconds between events: real ones, or those of a replay, which may run faster.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._fold = SummaryFold()
        self._since = clock()
        self._talks: dict[str, Talk] = {}
        self.titles: dict[str, str] = {}
        self.top_steps = 0
        self.phase = ""
        self.number = 0
        self.round = 0
        self.most_rounds = 0
        self.last_change = ""
        self.last_check = ""
        self.paused = False
        self.limits: dict[str, float] = {}
        """What the run may use: usd, tokens, calls, seconds; only those that are set."""
        self._rests = False
        """Whether no time passes: the run is paused, or has ended."""

    @property
    def summary(self) -> RunSummary:
        return self._fold.summary

    @property
    def seconds(self) -> float:
        """The time of all sessions: as recorded up to the last event, and what passed since then."""
        since = 0.0 if self._rests else self._clock() - self._since
        return self.summary.seconds + since

    @property
    def talk(self) -> Talk | None:
        """The talk whose words came last."""
        talks = list(self._talks.values())
        return talks[-1] if talks else None

    @property
    def talks(self) -> int:
        """How many go on at once."""
        return len(self._talks)

    @property
    def questions(self) -> list[Talk]:
        """What people were asked and have not answered."""
        return [talk for talk in self._talks.values() if not talk.model]

    def add(self, event: Event, entry: Entry | None) -> None:
        """Take one more event, and its entry in the transcript, into account."""
        # A journal may lack what a summary counts; it is shown all the same.
        with suppress(ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            self._fold.add(event)
        self._since = self._clock()
        self._limit(event)
        match entry:
            case Resumed() | Forked():
                self._talks.clear()
                self.paused = self._rests = False
            case Paused():
                self.paused = self._rests = True
            case Continued():
                self.paused = self._rests = False
            case Began():
                self.titles, self.top_steps = entry.titles, entry.top_steps
            case StepBegan():
                self._step(entry)
            case Asking():
                self._talks[entry.where] = Talk(
                    entry.speaker,
                    entry.listener,
                    entry.model,
                    where=entry.where,
                    question=entry.question,
                )
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
                self.paused, self._rests = False, True

    def _limit(self, event: Event) -> None:
        """Limits are given with an order, anew on resuming, and while the run goes on."""
        match event.kind:
            case "run.started" | "run.limits":
                self.limits = limits_in(event.data)
            case "run.forked":
                self.limits = limits_in(mapping(event.data.get("order")))
            case "run.resumed" if event.data.get("limits"):
                self.limits = limits_in(event.data)

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
            self._talks[words.where] = replace(talk, words=heard)
