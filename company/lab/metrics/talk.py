"""How a run went, reply by reply: who said how much, what it used, what was sent back, reviewed,
committed or came to nothing."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from company.lab.metrics.catalogue import ROLE, Values
from company.lab.metrics.subject import Subject
from warehouse.events import Intervened, RunForked, RunStarted, VersionStarted
from warehouse.history.clock import RunClock
from warehouse.history.entries import (
    Committed,
    Delivered,
    Entry,
    Failed,
    Forked,
    Said,
    StepBegan,
    StepEnded,
)
from warehouse.history.usage import total
from warehouse.journal.journal import Event

MOST_ROLES = 50
"""Roles with metrics of their own; no company has so many, but a journal may say anything."""
_WORD = re.compile(r"[^\W_]+")
_SAID_AGAIN = re.compile(r"/repair-\d+$")
SENT_BACK = re.compile(r"/(?:repair|revision)-\d+$")
"""How the place of a reply ends that was given again, since the one before it was sent back."""
_TURN = re.compile(r"^(?P<phase>.+?)(?:/shorter-\d+)?/turn-(?P<number>\d{1,6})$")


def measured(run: Subject) -> Values:
    """Everything that the journal tells."""
    entries = run.entries
    return {
        **spending(entries, run.events),
        **course(entries),
        **talk(entries, run.events),
        "intervened": sum(isinstance(event.data, Intervened) for event in run.events),
    }


def words_of(text: str) -> list[str]:
    """The words of a text; a word is a run of letters and digits."""
    return _WORD.findall(text)


def words_in(text: str) -> int:
    """How many words a text has."""
    return len(words_of(text))


def talk(entries: Iterable[Entry], events: Iterable[Event]) -> Values:
    """How the roles talked, all together and each of them."""
    replies = [entry for entry in entries if isinstance(entry, Said)]
    spoken = Counter[str]()
    calls = Counter[str]()
    for reply in replies:
        spoken[reply.speaker] += words_in(reply.text)
        calls[reply.speaker] += bool(reply.model)
    words = spoken.total()
    values: Values = {
        "turns": sum(bool(reply.text) and not _SAID_AGAIN.search(reply.where) for reply in replies),
        "repairs": sum(bool(SENT_BACK.search(reply.where)) for reply in replies),
        "agreement_turns": _agreement_turns(entries),
        "words": words,
    }
    for role in roles_of(spoken, events):
        values[f"words.{role}"] = spoken[role]
        values[f"talk_share.{role}"] = spoken[role] / words if words else None
        values[f"calls.{role}"] = calls[role]
    return values


def _agreement_turns(entries: Iterable[Entry]) -> float | None:
    """The mean number of the assistant's replies in the talks that came to a conclusion."""
    concluded = {entry.where for entry in entries if isinstance(entry, Delivered)}
    turns: dict[str, int] = {}
    for entry in entries:
        if isinstance(entry, Said) and (turn := _TURN.match(entry.where)):
            turns[turn["phase"]] = int(turn["number"])
    lengths = [number for phase, number in turns.items() if phase in concluded]
    return sum(lengths) / len(lengths) if lengths else None


def roles_of(spoke: Iterable[str], events: Iterable[Event]) -> list[str]:
    """Everybody in the company, and who else has spoken."""
    seated: list[str] = []
    for event in events:
        match event.data:
            case RunForked(spec=spec) | VersionStarted(spec=spec) | (RunStarted() as spec):
                seated = [*spec.role_models, *spec.human_roles]
    return sorted(name for name in {*seated, *spoke} if ROLE.fullmatch(name))[:MOST_ROLES]


def course(entries: Iterable[Entry]) -> Values:
    """Counted over the whole journal."""
    phases: set[str] = set()
    outcomes = Counter[str]()
    commits = reviews = 0
    for entry in entries:
        match entry:
            case StepBegan(kind="phase"):
                phases.add(entry.where)
            case StepEnded(outcome=outcome) if entry.where in phases:
                outcomes[outcome] += 1
            case Delivered(kind="verdict"):
                reviews += 1
            case Committed():
                commits += 1
    return {
        "failed_phases": outcomes["failed"],
        "skipped_phases": outcomes["skipped"],
        "review_rounds": reviews,
        "commits": commits,
    }


def spending(entries: Sequence[Entry], events: Iterable[Event]) -> Values:
    """Everything used, and by the names that begin with `paid_` what a fork itself has used."""
    left_parent = max(
        (n for n, entry in enumerate(entries) if isinstance(entry, Forked)), default=0
    )
    calls = [entry for entry in entries if isinstance(entry, Said | Failed)]
    own = [entry for entry in entries[left_parent:] if isinstance(entry, Said | Failed)]
    used, paid = (total(call.usage for call in some) for some in (calls, own))
    clock = RunClock(events)
    seconds = (call.seconds for call in calls if isinstance(call, Said) and call.model)
    return {
        "calls": used.calls,
        "prompt_tokens": used.prompt_tokens,
        "completion_tokens": used.completion_tokens,
        "tokens": used.tokens,
        "cost": used.cost,
        "seconds": clock.seconds_with_past,
        "model_seconds": sum((max(each, 0.0) for each in seconds), 0.0),
        "paid_calls": paid.calls,
        "paid_tokens": paid.tokens,
        "paid_cost": paid.cost,
        "paid_seconds": clock.seconds,
    }
