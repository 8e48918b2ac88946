"""What happened in a run, as a list of entries: who said what, what was committed and run.

A fold over the journal's events; what cannot be read is passed over. Nothing here is made safe for
a terminal: whoever shows it does that.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from warehouse.events import (
    AnswerEnded,
    AnswerStarted,
    CallRetried,
    CheckRecord,
    CommitEnded,
    CommitStarted,
    CompletionEnded,
    CompletionStarted,
    DeliverableAccepted,
    DeliverableRejected,
    EffectEnded,
    EffectFailed,
    EffectStarted,
    Limits,
    LimitsSet,
    Note,
    PersonSaid,
    ProductChecked,
    RecordedMessage,
    RunContinued,
    RunEnded,
    RunForked,
    RunPaused,
    RunResumed,
    RunStarted,
    SpecRecord,
    StepStarted,
    ToolEnded,
    ToolRequest,
    ToolStarted,
    WordsStreamed,
)
from warehouse.events import StepEnded as StepEndedEvent
from warehouse.history.entries import (
    Asking,
    Began,
    Change,
    CheckDone,
    Committed,
    Continued,
    Delivered,
    Ended,
    Entry,
    Executed,
    Failed,
    Forked,
    Interjected,
    LimitsChanged,
    Noted,
    Paused,
    Rejected,
    Resumed,
    Retried,
    Said,
    StepBegan,
    StepEnded,
    ToolCalled,
    Words,
)
from warehouse.history.usage import usage_in_vain
from warehouse.journal.journal import Event

NOT_RECORDED = {"role": "user", "content": "(not recorded)"}
CUT = ("length", "repetition")
"""Finish reasons of replies that end at a bound."""

Place = tuple[int, str, str]
"""The fields of an Entry."""


class TranscriptFold:
    """Turns events into entries one by one, so that a live view need not begin again.

    With the `head` of a run, the story begins with that, not with the ancestor of a fork.
    """

    def __init__(self, head: Began | None = None) -> None:
        self._head = head
        self._messages: dict[str, dict[str, str]] = {}
        self._asked: dict[tuple[str, int], EffectStarted] = {}

    def add(self, event: Event) -> Entry | None:
        """The entry an event stands for; None where it means nothing to a reader."""
        data = event.data
        place = event.seq, event.at, event.where
        match data:
            case EffectStarted():
                return self._effect_started(place, data)
            case EffectEnded():
                return self._effect_ended(place, data)
            case EffectFailed():
                return self._effect_failed(place, data)
            case RunStarted() if self._head is not None:
                return self._head
            case _:
                return _entry(place, data)

    def _effect_started(self, place: Place, data: EffectStarted) -> Entry | None:
        match data:
            case CompletionStarted():
                for message in data.request.messages:
                    if isinstance(message, RecordedMessage):
                        self._messages[message.id] = _message(message)
                question = ""
            case AnswerStarted():
                question = data.request.question
            case CommitStarted() | ToolStarted():
                self._asked[place[2], data.ordinal] = data
                return None
            case _:
                return None
        self._asked[place[2], data.ordinal] = data
        return Asking(*place, data.speaker, data.listener, data.model, question)

    def _effect_ended(self, place: Place, data: EffectEnded) -> Entry | None:
        asked = self._asked.pop((place[2], data.ordinal), None)
        who = (asked.speaker, asked.listener, asked.model) if asked else ("", "", "")
        match data:
            case CompletionEnded(result=reply):
                cut = reply.finish_reason in CUT
                tokens = reply.usage.prompt_tokens, reply.usage.completion_tokens
                words = self._prompt(asked), reply.text, cut
                return Said(*place, *who, *words, *tokens, reply.cost, reply.seconds)
            case AnswerEnded(result=answer):
                question = asked.request.question if isinstance(asked, AnswerStarted) else ""
                prompt = ({"role": "user", "content": question},)
                return Said(*place, *who, prompt, answer.text, False, 0, 0, 0.0, 0.0)
            case ToolEnded(result=came):
                call = asked.request if isinstance(asked, ToolStarted) else ToolRequest()
                used = call.tool, call.arguments
                return ToolCalled(*place, who[0], *used, came.text, came.seconds)
            case CommitEnded(result=commit) if commit.files:
                request = asked.request if isinstance(asked, CommitStarted) else None
                about = (request.author or "", request.message or "") if request else ("", "")
                files = (Change(f.path, f.status, f.added, f.removed) for f in commit.files)
                return Committed(*place, commit.sha or "", *about, tuple(files))
        return None

    def _effect_failed(self, place: Place, data: EffectFailed) -> Entry:
        self._asked.pop((place[2], data.ordinal), None)
        return Failed(*place, data.effect, data.error, usage_in_vain(data.used))

    def _prompt(self, asked: EffectStarted | None) -> tuple[dict[str, str], ...]:
        if not isinstance(asked, CompletionStarted):
            return ()
        names = (m if isinstance(m, str) else m.id for m in asked.request.messages)
        return tuple(self._messages.get(name, NOT_RECORDED) for name in names)


def transcript(events: Iterable[Event], head: Began | None = None) -> list[Entry]:
    """Every entry of a journal, in order; `head` as TranscriptFold takes it."""
    fold = TranscriptFold(head)
    return [entry for event in events if (entry := fold.add(event)) is not None]


def head_of(events: Sequence[Event]) -> Began | None:
    """The run as it is headed wherever it is shown: a fork by what it was given itself."""
    heads = (event for event in reversed(events) if event.kind in (RunForked.KIND, RunStarted.KIND))
    for event in heads:
        match _of_the_run((event.seq, event.at, event.where), event.data):
            case Forked(began=began) | (Began() as began):
                return began
    return None


def limits_in(limits: Limits | None) -> dict[str, float]:
    """The limits that are set, by `usd`, `tokens`, `calls`, `seconds`."""
    amounts = msgspec.structs.asdict(limits) if limits else {}
    return {name: float(amount) for name, amount in amounts.items() if amount}


def _entry(place: Place, data: object) -> Entry | None:
    """The entry of what is no effect."""
    match data:
        case WordsStreamed():
            return Words(*place, data.text)
        case StepStarted():
            title = data.title or data.name.replace("_", " ").capitalize()
            rounds = data.round, data.max
            return StepBegan(*place, data.name, title, data.kind, *rounds, data.after or ())
        case StepEndedEvent():
            return StepEnded(*place, data.outcome, data.reason)
        case DeliverableAccepted():
            return Delivered(
                *place, data.phase, data.kind, data.fields or {}, tuple(data.files or ()),
                data.text or "",
            )  # fmt: skip
        case DeliverableRejected():
            return Rejected(*place, data.phase, data.complaint)
        case ProductChecked():
            return Executed(*place, data.verified, data.summary, tuple(map(_check, data.checks)))
        case Note():
            return Noted(*place, data.text)
        case CallRetried():
            return Retried(*place, data.text)
        case _:
            return _of_the_run(place, data)


def _of_the_run(place: Place, data: object) -> Entry | None:
    match data:
        case RunStarted():
            return _began(place, data)
        case RunForked():
            overrides = {key: _as_text(value) for key, value in data.overrides.items()}
            spec = _began(place, data.spec, run=data.run, name=data.name)
            return Forked(*place, data.run, data.parent, data.at, overrides, spec)
        case RunResumed():
            return Resumed(*place, limits_in(data.limits))
        case RunPaused():
            return Paused(*place)
        case RunContinued():
            return Continued(*place)
        case LimitsSet():
            return LimitsChanged(*place, limits_in(data.limits))
        case PersonSaid():
            return Interjected(*place, data.role, data.text)
        case RunEnded():
            return Ended(*place, data.status, data.exit_code or 0, data.reason)
    return None


def _began(place: Place, spec: SpecRecord, *, run: str = "", name: str = "") -> Began:
    return Began(
        *place,
        run=run or spec.run,
        name=name or spec.name,
        task=spec.task.text,
        company=spec.company_name,
        chain=spec.chain,
        model=spec.model,
        sandbox=spec.sandbox,
        top_steps=len(spec.top_steps),
        titles=spec.role_titles,
        limits=limits_in(spec.limits),
    )


def _check(check: CheckRecord) -> CheckDone:
    return CheckDone(
        name=check.name,
        command=check.command,
        ok=check.ok,
        exit_code=check.exit_code,
        seconds=check.seconds,
        output=check.output,
        remark=check.remark,
    )


def _message(message: RecordedMessage) -> dict[str, str]:
    content = message.content
    if not isinstance(content, str):
        content = "\n".join(_part(part) for part in content)
    return {"role": message.role, "content": content}


def _part(part: Any) -> str:
    text = part.get("text") if isinstance(part, dict) else None
    return text if isinstance(text, str) and text else "[image]"


def _as_text(value: Any) -> str:
    """A string as it is, a number in digits; nothing else is the value of an override."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
