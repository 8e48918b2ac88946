"""How a run went: who said how much, what was sent back, reviewed, committed or came to nothing."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from company.lab.metrics.catalogue import ROLE
from company.lab.metrics.replies import Reply
from company.lab.metrics.spending import Values
from warehouse.events import (
    CommitEnded,
    DeliverableAccepted,
    RunForked,
    RunStarted,
    StepEnded,
    StepStarted,
)
from warehouse.journal.journal import Event

MOST_ROLES = 50
"""Roles with metrics of their own; no company has so many, but a journal may say anything."""

_WORD = re.compile(r"[^\W_]+")
_SAID_AGAIN = re.compile(r"/repair-\d+$")
_SENT_BACK = re.compile(r"/(?:repair|revision)-\d+$")
_TURN = re.compile(r"^(?P<phase>.+?)(?:/shorter-\d+)?/turn-(?P<number>\d{1,6})$")


def talk(replies: Sequence[Reply], events: Iterable[Event]) -> Values:
    """How the roles talked, all together and each of them."""
    said = Counter[str]()
    calls = Counter[str]()
    for reply in replies:
        said[reply.speaker] += len(_WORD.findall(reply.text))
        calls[reply.speaker] += reply.by_model and reply.answered
    words = said.total()
    values: Values = {
        "turns": sum(bool(reply.text) and not _SAID_AGAIN.search(reply.where) for reply in replies),
        "repairs": sum(
            reply.answered and bool(_SENT_BACK.search(reply.where)) for reply in replies
        ),
        "agreement_turns": _agreement_turns(replies, events),
        "words": words,
    }
    for role in _roles(said, events):
        values[f"words.{role}"] = said[role]
        values[f"talk_share.{role}"] = said[role] / words if words else None
        values[f"calls.{role}"] = calls[role]
    return values


def _agreement_turns(replies: Iterable[Reply], events: Iterable[Event]) -> float | None:
    """The mean number of the assistant's replies in the talks that came to a conclusion."""
    concluded = {event.where for event in events if isinstance(event.data, DeliverableAccepted)}
    turns: dict[str, int] = {}
    for reply in replies:
        if found := _TURN.match(reply.where):
            turns[found["phase"]] = int(found["number"])
    lengths = [number for phase, number in turns.items() if phase in concluded]
    return sum(lengths) / len(lengths) if lengths else None


def _roles(spoke: Iterable[str], events: Iterable[Event]) -> list[str]:
    """Everybody in the company, and who else has spoken."""
    seated: list[str] = []
    for event in events:
        match event.data:
            case RunForked(spec=spec) | (RunStarted() as spec):
                seated = [*spec.role_models, *spec.human_roles]
    return sorted(name for name in {*seated, *spoke} if ROLE.fullmatch(name))[:MOST_ROLES]


def course(events: Iterable[Event]) -> Values:
    """Counted over the whole journal."""
    phases: set[str] = set()
    outcomes = Counter[str]()
    commits = reviews = 0
    for event in events:
        match event.data:
            case StepStarted(kind="phase"):
                phases.add(event.where)
            case StepEnded(outcome=outcome) if event.where in phases:
                outcomes[outcome] += 1
            case DeliverableAccepted(kind="verdict"):
                reviews += 1
            case CommitEnded(result=commit):
                commits += bool(commit.files)
    return {
        "failed_phases": outcomes["failed"],
        "skipped_phases": outcomes["skipped"],
        "review_rounds": reviews,
        "commits": commits,
    }
