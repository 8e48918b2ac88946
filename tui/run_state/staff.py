"""The roles, what each has used, and who speaks now: a fold over a run's events."""

from dataclasses import dataclass, field

from warehouse.events import RunForked, RunStarted, SpecRecord, VersionStarted
from warehouse.history.entries import (
    Asking,
    Began,
    Ended,
    Entry,
    Failed,
    Forked,
    Resumed,
    Said,
    VersionBegan,
)
from warehouse.history.usage import NOTHING_USED, Usage
from warehouse.journal.journal import Event

MOST_ROLES = 200
"""Roles that are kept; more are no company, and what they use is left out."""


@dataclass(slots=True)
class Colleague:
    """One role at work."""

    name: str
    title: str
    model: str = ""
    """Empty for a person."""
    human: bool = False
    usage: Usage = NOTHING_USED
    _words: int = 0
    _uncounted: list[str] = field(default_factory=list)

    @property
    def words(self) -> int:
        """How many words it has said."""
        self._words += sum(len(text.split()) for text in self._uncounted)
        self._uncounted.clear()
        return self._words

    def hear(self, reply: Said) -> None:
        """Count what it said."""
        # Words are counted when somebody wants to know, not while a long journal is opened.
        self._uncounted.append(reply.text)
        self.usage += reply.usage


class Staff:
    """The roles of a company, in its order, and what each has used.

    Those of a fork begin at nothing: its parent paid for the past they share.
    """

    def __init__(self) -> None:
        self.version = 0
        self._colleagues: dict[str, Colleague] = {}
        self._calls: dict[str, tuple[str, str]] = {}
        self.next = ""
        """Who speaks now or, between two calls, was spoken to last; empty before anyone was."""

    @property
    def colleagues(self) -> list[Colleague]:
        """Everyone who belongs to the company or has spoken."""
        return list(self._colleagues.values())

    @property
    def speaking(self) -> dict[str, str]:
        """Who speaks now: role name → the role spoken to."""
        return dict(self._calls.values())

    def shares(self) -> dict[str, float]:
        """Role name → the share of all words that it said, from 0 to 1."""
        words_by_role = {name: each.words for name, each in self._colleagues.items()}
        total = sum(words_by_role.values())
        return {name: words / total if total else 0.0 for name, words in words_by_role.items()}

    def interrupt(self) -> None:
        """Nobody works on the run any more: whoever was speaking has fallen silent."""
        if self._calls:
            self._calls.clear()
            self.version += 1

    def add(self, event: Event, entry: Entry | None) -> None:
        """Take one more event into account."""
        match event.data:
            case RunStarted() as started:
                self._assemble(started)
            case RunForked() as forked:
                self._assemble(forked.spec)
            case VersionStarted() as version:
                self._join(version.spec)
        match entry:
            case Began() | Forked():
                pass
            case Asking():
                self._calls[entry.where] = entry.speaker, entry.listener
                self._colleague(entry.speaker)
                self.next = entry.speaker
            case Said():
                self._calls.pop(entry.where, None)
                self.next = entry.listener
                colleague = self._colleague(entry.speaker)
                if colleague is not None:
                    colleague.hear(entry)
            case Failed():
                self._fail(entry)
            case Resumed() | Ended() | VersionBegan():
                self._calls.clear()
            case _:
                return
        self.version += 1

    def _fail(self, failed: Failed) -> None:
        speaker, _ = self._calls.pop(failed.where, ("", ""))
        if (colleague := self._colleagues.get(speaker)) is not None:
            colleague.usage += failed.usage

    def _assemble(self, spec: SpecRecord) -> None:
        """Begin with the roles of a run, who have done nothing yet."""
        self._calls.clear()
        self._colleagues = {}
        self._join(spec)

    def _join(self, spec: SpecRecord) -> None:
        """Have the roles of a version as well; those that were there go on as they are."""
        for name, title in spec.role_titles.items():
            if (colleague := self._colleague(name)) is None:
                continue
            colleague.title, colleague.model = title, spec.role_models.get(name, "")
            colleague.human = name in spec.human_roles or name in spec.human_cards

    def _colleague(self, name: str) -> Colleague | None:
        """Who has this name; none where there are too many."""
        known = self._colleagues.get(name)
        if known is None and name and len(self._colleagues) < MOST_ROLES:
            known = self._colleagues[name] = Colleague(name, name)
        return known
