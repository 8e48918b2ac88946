"""How a run went, reply by reply: who said how much, what it used, what was sent back, reviewed,
committed or came to nothing."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from company.lab.metrics.catalogue import ROLE, Values
from company.lab.metrics.subject import Subject
from warehouse.events import (
    AnswerEnded,
    CommitEnded,
    CompletionEnded,
    DeliverableAccepted,
    EffectFailed,
    EffectStarted,
    RunForked,
    RunStarted,
    StepEnded,
    StepStarted,
)
from warehouse.history.clock import RunClock
from warehouse.history.usage import NOTHING_USED, Usage, total, usage_in_vain, usage_of
from warehouse.journal.journal import Event

MOST_ROLES = 50
"""Roles with metrics of their own; no company has so many, but a journal may say anything."""
_WORD = re.compile(r"[^\W_]+")
_SAID_AGAIN = re.compile(r"/repair-\d+$")
_SENT_BACK = re.compile(r"/(?:repair|revision)-\d+$")
_TURN = re.compile(r"^(?P<phase>.+?)(?:/shorter-\d+)?/turn-(?P<number>\d{1,6})$")


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of a model or a person; or, without words, a call that brought no answer."""

    where: str
    speaker: str
    text: str
    by_model: bool
    answered: bool
    usage: Usage
    seconds: float
    own: bool
    """False for what a fork shares with its parent, which was paid for there."""


def measured(run: Subject) -> Values:
    """Everything that the journal tells."""
    replies = replies_in(run.events)
    return {
        **spending(replies, run.events),
        **course(run.events),
        **talk(replies, run.events),
    }


def replies_in(events: Sequence[Event]) -> list[Reply]:
    """Every reply, in the order of the journal."""
    forks = (at for at, event in enumerate(events) if event.kind == RunForked.KIND)
    forked = max(forks, default=0)
    speakers: dict[tuple[str, int], str] = {}
    replies = []
    for at, event in enumerate(events):
        match event.data:
            case EffectStarted() as started:
                speakers[event.where, started.ordinal] = started.speaker
            case CompletionEnded() | AnswerEnded() | EffectFailed() as ended:
                speaker = speakers.get((event.where, ended.ordinal), "")
                reply = _reply(event.where, speaker, ended, at >= forked)
                replies += [reply] if reply else []
    return replies


def _reply(
    where: str, speaker: str, ended: CompletionEnded | AnswerEnded | EffectFailed, own: bool
) -> Reply | None:
    match ended:
        case CompletionEnded(result=result):
            seconds = max(result.seconds, 0.0)
            return Reply(where, speaker, result.text, True, True, usage_of(result), seconds, own)
        case AnswerEnded(result=answer):
            return Reply(where, speaker, answer.text, False, True, NOTHING_USED, 0.0, own)
        case EffectFailed(used=used) if used is not None:
            return Reply(where, speaker, "", True, False, usage_in_vain(used), 0.0, own)
    return None


def talk(replies: Sequence[Reply], events: Iterable[Event]) -> Values:
    """How the roles talked, all together and each of them."""
    words_of = Counter[str]()
    calls = Counter[str]()
    for reply in replies:
        words_of[reply.speaker] += len(_WORD.findall(reply.text))
        calls[reply.speaker] += reply.by_model and reply.answered
    words = words_of.total()
    values: Values = {
        "turns": sum(bool(reply.text) and not _SAID_AGAIN.search(reply.where) for reply in replies),
        "repairs": sum(
            reply.answered and bool(_SENT_BACK.search(reply.where)) for reply in replies
        ),
        "agreement_turns": _agreement_turns(replies, events),
        "words": words,
    }
    for role in _roles(words_of, events):
        values[f"words.{role}"] = words_of[role]
        values[f"talk_share.{role}"] = words_of[role] / words if words else None
        values[f"calls.{role}"] = calls[role]
    return values


def _agreement_turns(replies: Iterable[Reply], events: Iterable[Event]) -> float | None:
    """The mean number of the assistant's replies in the talks that came to a conclusion."""
    concluded = {event.where for event in events if isinstance(event.data, DeliverableAccepted)}
    turns: dict[str, int] = {}
    for reply in replies:
        if turn := _TURN.match(reply.where):
            turns[turn["phase"]] = int(turn["number"])
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


def spending(replies: Sequence[Reply], events: Iterable[Event]) -> Values:
    """Everything used, and by the names that begin with `paid_` what a fork itself has used."""
    used = total(reply.usage for reply in replies)
    paid = total(reply.usage for reply in replies if reply.own)
    clock = RunClock(events)
    return {
        "calls": used.calls,
        "prompt_tokens": used.prompt_tokens,
        "completion_tokens": used.completion_tokens,
        "tokens": used.tokens,
        "cost": used.cost,
        "seconds": clock.seconds_with_past,
        "model_seconds": sum((reply.seconds for reply in replies if reply.by_model), 0.0),
        "paid_calls": paid.calls,
        "paid_tokens": paid.tokens,
        "paid_cost": paid.cost,
    }
