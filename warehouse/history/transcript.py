"""What happened in a run, as a list of entries: who said what, what was committed and run.

A fold over the journal's events; what cannot be read is passed over. Nothing here is made safe for
a terminal: whoever shows it does that.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from warehouse import events
from warehouse.history import entries
from warehouse.history.entries import Began, Entry
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
        self._begun: dict[tuple[str, int], events.EffectStarted] = {}
        self._made_again: set[tuple[str, int]] = set()
        """Calls of tools that began once more, since nothing was recorded of them."""

    def add(self, event: Event) -> Entry | None:
        """The entry an event stands for; None where it means nothing to a reader."""
        make = _MAKERS.get(type(event.data))
        return make(self, (event.seq, event.at, event.where), event.data) if make else None

    def run_started(self, place: Place, data: events.RunStarted) -> Began:
        return self._head or _began(place, data)

    def effect_started(self, place: Place, data: events.EffectStarted) -> None:
        """Keep what its end will be told with."""
        self._begun[place[2], data.ordinal] = data

    def completion_started(self, place: Place, data: events.CompletionStarted) -> entries.Asking:
        self.effect_started(place, data)
        for message in data.request.messages:
            if isinstance(message, events.RecordedMessage):
                self._messages[message.id] = _message(message)
        return entries.Asking(*place, data.speaker, data.listener, data.model)

    def answer_started(self, place: Place, data: events.AnswerStarted) -> entries.Asking:
        self.effect_started(place, data)
        who = data.speaker, data.listener, data.model
        return entries.Asking(*place, *who, data.request.question)

    def completion_ended(self, place: Place, data: events.CompletionEnded) -> entries.Said:
        begun, reply = self._pop(place, data), data.result
        words = self._prompt(begun), reply.text, reply.finish_reason in CUT
        tokens = reply.usage.prompt_tokens, reply.usage.completion_tokens
        return entries.Said(*place, *_who(begun), *words, *tokens, reply.cost, reply.seconds)

    def answer_ended(self, place: Place, data: events.AnswerEnded) -> entries.Said:
        begun = self._pop(place, data)
        question = begun.request.question if isinstance(begun, events.AnswerStarted) else ""
        prompt = ({"role": "user", "content": question},)
        words = prompt, data.result.text, False
        return entries.Said(*place, *_who(begun), *words, 0, 0, 0.0, 0.0)

    def tool_started(self, place: Place, data: events.ToolStarted) -> entries.Calling:
        if (place[2], data.ordinal) in self._begun:
            self._made_again.add((place[2], data.ordinal))
        self.effect_started(place, data)
        return entries.Calling(*place, data.speaker, data.request.tool, data.request.arguments)

    def tool_ended(self, place: Place, data: events.ToolEnded) -> entries.ToolCalled:
        begun, came_to = self._pop(place, data), data.result
        call = begun.request if isinstance(begun, events.ToolStarted) else events.ToolRequest()
        speaker, *_ = _who(begun)
        return entries.ToolCalled(
            *place,
            speaker=speaker,
            tool=call.tool,
            arguments=call.arguments,
            text=came_to.text,
            ok=came_to.ok,
            seconds=came_to.seconds,
            changed=came_to.changed,
            again=(place[2], data.ordinal) in self._made_again,
            pictures=came_to.pictures,
            rows=came_to.rows,
            passages=came_to.passages,
        )

    def commit_ended(self, place: Place, data: events.CommitEnded) -> entries.Committed | None:
        begun, commit = self._pop(place, data), data.result
        if not commit.files:
            return None
        request = begun.request if isinstance(begun, events.CommitStarted) else None
        about = (request.author or "", request.message or "") if request else ("", "")
        return entries.Committed(*place, commit.sha or "", *about, commit.files)

    def effect_failed(self, place: Place, data: events.EffectFailed) -> entries.Failed:
        self._pop(place, data)
        return entries.Failed(*place, data.effect, data.error, usage_in_vain(data.used))

    def _pop(
        self, place: Place, data: events.EffectEnded | events.EffectFailed
    ) -> events.EffectStarted | None:
        return self._begun.pop((place[2], data.ordinal), None)

    def _prompt(self, begun: events.EffectStarted | None) -> tuple[dict[str, str], ...]:
        if not isinstance(begun, events.CompletionStarted):
            return ()
        names = (m if isinstance(m, str) else m.id for m in begun.request.messages)
        return tuple(self._messages.get(name, NOT_RECORDED) for name in names)


def transcript(journal: Iterable[Event], head: Began | None = None) -> list[Entry]:
    """Every entry of a journal, in order; `head` as TranscriptFold takes it."""
    fold = TranscriptFold(head)
    return [entry for event in journal if (entry := fold.add(event)) is not None]


def head_of(journal: Sequence[Event]) -> Began | None:
    """The run as it is headed wherever it is shown: a fork by what it was given itself. Roles have the
    titles that they have in any version."""
    titles: dict[str, str] = {}
    for event in reversed(journal):
        place = event.seq, event.at, event.where
        match event.data:
            case events.VersionStarted(spec=spec):
                titles = spec.role_titles | titles
                continue
            case events.RunForked() as data:
                began = _forked(place, data).began
            case events.RunStarted() as data:
                began = _began(place, data)
            case _:
                continue
        return msgspec.structs.replace(began, titles=began.titles | titles)
    return None


def limits_in(limits: events.Limits | None) -> dict[str, float]:
    """The limits that are set, by `usd`, `tokens`, `calls`, `seconds`."""
    amounts = msgspec.structs.asdict(limits) if limits else {}
    return {name: float(amount) for name, amount in amounts.items() if amount}


def _who(begun: events.EffectStarted | None) -> tuple[str, str, str]:
    return (begun.speaker, begun.listener, begun.model) if begun else ("", "", "")


def _began(place: Place, spec: events.SpecRecord, *, run: str = "", name: str = "") -> Began:
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
        databases=_databases(spec),
    )


def _databases(spec: events.SpecRecord) -> tuple[str, ...]:
    named = spec.unknown.get("databases") if isinstance(spec, events.NewerSpec) else None
    return tuple(named) if isinstance(named, dict) else ()


def _forked(place: Place, data: events.RunForked) -> entries.Forked:
    overrides = {key: _as_text(value) for key, value in data.overrides.items()}
    spec = _began(place, data.spec, run=data.run, name=data.name)
    return entries.Forked(*place, data.run, data.parent, data.at, overrides, spec)


def _version(place: Place, data: events.VersionStarted) -> entries.VersionBegan:
    began = _began(place, data.spec)
    return entries.VersionBegan(*place, data.version, data.back_to, began)


def _step(place: Place, data: events.StepStarted) -> entries.StepBegan:
    title = data.title or data.name.replace("_", " ").capitalize()
    rounds = data.round, data.max
    return entries.StepBegan(*place, data.name, title, data.kind, *rounds, data.after or ())


def _delivered(place: Place, data: events.DeliverableAccepted) -> entries.Delivered:
    about = data.fields or {}, tuple(data.files or ()), data.text or ""
    return entries.Delivered(*place, data.phase, data.kind, *about)


_MAKERS: Mapping[type, Callable[[TranscriptFold, Place, Any], Entry | None]] = {
    events.CompletionStarted: TranscriptFold.completion_started,
    events.CompletionEnded: TranscriptFold.completion_ended,
    events.AnswerStarted: TranscriptFold.answer_started,
    events.AnswerEnded: TranscriptFold.answer_ended,
    events.ToolStarted: TranscriptFold.tool_started,
    events.ToolEnded: TranscriptFold.tool_ended,
    events.CommitStarted: TranscriptFold.effect_started,
    events.CommitEnded: TranscriptFold.commit_ended,
    events.EffectFailed: TranscriptFold.effect_failed,
    **dict.fromkeys(events.classes(events.RunStarted), TranscriptFold.run_started),
    events.RunForked: lambda _, place, data: _forked(place, data),
    events.VersionStarted: lambda _, place, data: _version(place, data),
    events.RunResumed: lambda _, place, data: entries.Resumed(*place, limits_in(data.limits)),
    events.RunPaused: lambda _, place, data: entries.Paused(*place),
    events.RunContinued: lambda _, place, data: entries.Continued(*place),
    events.LimitsSet: lambda _, place, data: entries.LimitsChanged(*place, limits_in(data.limits)),
    events.PersonSaid: lambda _, place, data: entries.Interjected(*place, data.role, data.text),
    events.RunEnded: lambda _, place, data: entries.Ended(
        *place, data.status, data.exit_code or 0, data.reason
    ),
    events.StepStarted: lambda _, place, data: _step(place, data),
    events.StepEnded: lambda _, place, data: entries.StepEnded(*place, data.outcome, data.reason),
    events.WordsStreamed: lambda _, place, data: entries.Words(*place, data.text),
    events.DeliverableAccepted: lambda _, place, data: _delivered(place, data),
    events.DeliverableRejected: lambda _, place, data: entries.Rejected(
        *place, data.phase, data.complaint
    ),
    events.ProductChecked: lambda _, place, data: entries.Executed(
        *place, data.verified, data.summary, data.checks
    ),
    events.BaselineTaken: lambda _, place, data: entries.BaselineTaken(
        *place, data.summary, data.checks, data.failed, data.hints
    ),
    events.PlanMade: lambda _, place, data: entries.Planned(*place, data.role, data.items),
    events.Intervened: lambda _, place, data: entries.Noted(*place, _intervened(data)),
    events.Note: lambda _, place, data: entries.Noted(*place, data.text),
    events.CallRetried: lambda _, place, data: entries.Retried(*place, data.text),
}
"""What each kind of event becomes; the others mean nothing to a reader."""


def _intervened(data: events.Intervened) -> str:
    return f"Intervention: {data.intervention} {data.role or data.section}".rstrip()


def _message(message: events.RecordedMessage) -> dict[str, str]:
    return {"role": message.role, "content": words_of(message.content, message.tool_calls)}


def words_of(content: str | list[Any], calls: Iterable[Any] = ()) -> str:
    """A message of a conversation as a reader is shown it: its text, and what it calls."""
    text = content if isinstance(content, str) else "\n".join(map(_part, content))
    return "\n".join(filter(None, [text, *map(_call, calls)]))


def _part(part: Any) -> str:
    text = part.get("text") if isinstance(part, dict) else None
    return text if isinstance(text, str) and text else "[image]"


def _call(call: Any) -> str:
    function = call.get("function") if isinstance(call, dict) else None
    named = function if isinstance(function, dict) else {}
    return f"[call: {named.get('name')} {named.get('arguments')}]"


def _as_text(value: Any) -> str:
    """A string as it is, a number in digits; nothing else is the value of an override."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
