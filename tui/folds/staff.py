"""The roles, what each has used, and who speaks now: a fold over a run's events."""

from dataclasses import dataclass, field
from typing import Any

from warehouse.entries import Asking, Began, Ended, Entry, Failed, Forked, Resumed, Said
from warehouse.journal import Event
from warehouse.loose import items, mapping, number, text, whole
from warehouse.summary import SESSION_STARTS

_TOLD_BY = frozenset(
    [*SESSION_STARTS, "run.ended", "effect.started", "effect.ended", "effect.failed"]
)
"""The kinds of event that say something of a role."""
MOST_ROLES = 200
"""Roles that are kept; more are no company, and what they use is left out."""


@dataclass(slots=True)
class Colleague:
    """One role at work. `cost` is in US dollars and leaves out calls without a known price."""

    name: str
    title: str
    model: str = ""
    """Empty for a person."""
    human: bool = False
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    _words: int = 0
    _uncounted: list[str] = field(default_factory=list)

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    @property
    def words(self) -> int:
        """How many words it has said."""
        self._words += sum(len(said.split()) for said in self._uncounted)
        self._uncounted.clear()
        return self._words

    def hear(self, said: Said) -> None:
        """Count what it said."""
        # Words are counted when somebody wants to know, not while a long journal is opened.
        self._uncounted.append(said.text)
        if said.model:
            self.calls += 1
            self.use(said.prompt_tokens, said.completion_tokens, said.cost)

    def use(self, prompt_tokens: int, completion_tokens: int, cost: float | None) -> None:
        """Count what a call used."""
        self.prompt_tokens += prompt_tokens
        self.completion_tokens += completion_tokens
        self.cost += cost or 0.0


class Staff:
    """The roles of a company, in its order, and what each has used.

    Those of a fork begin at nothing: its parent paid for the past they share.
    """

    def __init__(self) -> None:
        self.version = 0
        self._colleagues: dict[str, Colleague] = {}
        self._asked: dict[str, tuple[str, str]] = {}
        self.next = ""
        """Who speaks now or, between two calls, was spoken to last; empty before anyone was."""

    @property
    def colleagues(self) -> list[Colleague]:
        """Everyone who belongs to the company or has spoken."""
        return list(self._colleagues.values())

    @property
    def speaking(self) -> dict[str, str]:
        """Who speaks now: role name → the role spoken to."""
        return dict(self._asked.values())

    def shares(self) -> dict[str, float]:
        """Role name → the share of all words that it said, from 0 to 1."""
        said = {name: each.words for name, each in self._colleagues.items()}
        total = sum(said.values())
        return {name: words / total if total else 0.0 for name, words in said.items()}

    def interrupt(self) -> None:
        """Nobody works on the run any more: whoever was speaking has fallen silent."""
        if self._asked:
            self._asked.clear()
            self.version += 1

    def add(self, event: Event, entry: Entry | None) -> None:
        """Take one more event into account."""
        if event.kind not in _TOLD_BY:
            return
        match entry:
            case Asking():
                self._asked[entry.where] = entry.speaker, entry.listener
                self._colleague(entry.speaker)
                self.next = entry.speaker
            case Said():
                self._asked.pop(entry.where, None)
                self.next = entry.listener
                colleague = self._colleague(entry.speaker)
                if colleague is not None:
                    colleague.hear(entry)
            case Failed():
                self._fail(entry, mapping(event.data.get("used")))
            case Began():
                self._assemble(event.data)
            case Forked():
                self._assemble(mapping(event.data.get("order")))
            case Resumed() | Ended():
                self._asked.clear()
            case _:
                return
        self.version += 1

    def _fail(self, failed: Failed, used: dict[str, Any]) -> None:
        speaker, _ = self._asked.pop(failed.where, ("", ""))
        colleague = self._colleagues.get(speaker)
        if colleague is not None and used:
            tokens = whole(used.get("prompt_tokens")), whole(used.get("completion_tokens"))
            colleague.use(*tokens, number(used.get("cost")))

    def _assemble(self, order: dict[str, Any]) -> None:
        """Begin with the roles of an order, who have done nothing yet."""
        roles = mapping(mapping(order.get("company")).get("roles"))
        models = mapping(order.get("role_models"))
        played = items(order.get("human_roles"))
        self._asked.clear()
        self._colleagues = {
            name: Colleague(
                name,
                title=text(mapping(role).get("title")) or name,
                model=text(models.get(name)),
                human=name in played or mapping(role).get("human") is True,
            )
            for name, role in list(roles.items())[:MOST_ROLES]
        }

    def _colleague(self, name: str) -> Colleague | None:
        """Who has this name; none where there are too many."""
        known = self._colleagues.get(name)
        if known is None and name and len(self._colleagues) < MOST_ROLES:
            known = self._colleagues[name] = Colleague(name, name)
        return known
