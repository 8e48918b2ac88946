"""What goes on in a run at this moment: a fold over its events, read by the live view."""

import time
from collections.abc import Callable

from warehouse.history import entries
from warehouse.history.summary import RunSummary, SummaryFold
from warehouse.journal.journal import Event
from warehouse.journal.versions import within_version

KEPT_WORDS = 2_000
"""Characters of the reply in flight that can be shown."""


class Now:
    """The present of a run.

    `clock` counts the seconds between events: real ones, or those of a replay, which may run faster.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._fold = SummaryFold()
        self._since = clock()
        self._talks: dict[str, entries.Asking] = {}
        self._words: dict[str, str] = {}
        """What was heard of each talk that goes on, at its end."""
        self._calls: dict[str, entries.Calling] = {}
        self.plan: entries.Planned | None = None
        """The last that a role made in the phase that goes on."""
        self.titles: dict[str, str] = {}
        self.top_steps = 0
        self.phase = ""
        self.number = 0
        self.round = 0
        self.most_rounds = 0
        self.last_change = ""
        self.last_check = ""
        self.limits: dict[str, float] = {}
        """What the run may use: usd, tokens, calls, seconds; only those that are set."""

    @property
    def summary(self) -> RunSummary:
        return self._fold.summary

    @property
    def seconds(self) -> float:
        """The time of all sessions: as recorded up to the last event, and what passed since then."""
        since = self._clock() - self._since if self._fold.clock.runs else 0.0
        return self.summary.seconds + since

    @property
    def paused(self) -> bool:
        return self.summary.paused

    @property
    def talk(self) -> entries.Asking | None:
        """Who was asked and has not answered yet, the one whose words came last."""
        talks = list(self._talks.values())  # A view may ask from a thread of its own.
        return talks[-1] if talks else None

    @property
    def call(self) -> entries.Calling | None:
        """The call of a tool that goes on, the last that began."""
        calls = list(self._calls.values())
        return calls[-1] if calls else None

    @property
    def words(self) -> str:
        """What was heard of that talk."""
        talk = self.talk
        return self._words.get(talk.where, "") if talk else ""

    @property
    def talks(self) -> int:
        """How many go on at once."""
        return len(self._talks)

    @property
    def questions(self) -> list[entries.Asking]:
        """What people were asked and have not answered."""
        return [talk for talk in self._talks.values() if not talk.model]

    def add(self, event: Event, entry: entries.Entry | None) -> None:
        """Take one more event, and its entry in the transcript, into account."""
        self._fold.add(event)
        self._since = self._clock()
        match entry:
            case entries.Began():
                self._begin(entry)
            case entries.Forked() | entries.VersionBegan():
                self._forget()
                self._begin(entry.began)
            case entries.Resumed():
                self._forget()
                self.limits = entry.limits or self.limits
            case entries.LimitsChanged():
                self.limits = entry.limits
            case entries.StepBegan():
                self._step(entry)
            case entries.Asking():
                self._talks[entry.where] = entry
                self._words.pop(entry.where, None)
            case entries.Words():
                self._hear(entry)
            case entries.Retried():
                self._words.pop(entry.where, None)
            case entries.Said() | entries.Failed():
                self._talks.pop(entry.where, None)
                self._calls.pop(entry.where, None)
            case entries.Calling():
                self._calls[entry.where] = entry
            case entries.ToolCalled():
                self._calls.pop(entry.where, None)
            case entries.Planned():
                self.plan = entry
            case entries.Committed():
                files = len(entry.files)
                added = sum(c.added for c in entry.files)
                removed = sum(c.removed for c in entry.files)
                names = entry.files[0].path if files == 1 else f"{files} files"
                self.last_change = f"{names} +{added} -{removed}"
            case entries.Executed():
                self.last_check = entry.summary
            case entries.Ended():
                self._forget()

    def _forget(self) -> None:
        """Nothing goes on any more."""
        self._talks.clear()
        self._calls.clear()

    def _begin(self, began: entries.Began) -> None:
        self.titles = self.titles | began.titles
        self.top_steps, self.limits = began.top_steps, began.limits

    def _step(self, step: entries.StepBegan) -> None:
        place = within_version(step.where)
        number = place.split("/", 1)[0].split(".", 1)[0]
        if number.isdigit():
            self.number = int(number[:4])
        if "/" not in place:
            self.round = self.most_rounds = 0
        if step.kind == "round":
            self.round, self.most_rounds = step.round, step.most_rounds
        if step.kind in ("phase", "handover"):
            self.phase, self.plan = step.title, None
            if step.kind == "handover":
                self.number = 0

    def _hear(self, words: entries.Words) -> None:
        talk = self._talks.pop(words.where, None)
        if talk is not None:
            self._talks[words.where] = talk
            heard = self._words.get(words.where, "") + words.text
            self._words[words.where] = heard[-KEPT_WORDS:]
