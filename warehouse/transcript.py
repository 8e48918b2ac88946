"""What happened in a run, as a list of typed entries: who said what, what was committed and run.

A fold over the journal's events. Journals are read as hostile input: a missing or mistyped field
becomes an empty one, never an error. Nothing here is made safe for a terminal; whoever shows it
does that.
"""

from collections.abc import Callable, Iterable
from typing import Any

from warehouse.entries import (
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
from warehouse.journal import Event
from warehouse.loose import flag, items, mapping, number, text, texts, whole
from warehouse.messages import MessageMemory

LIMITS = ("usd", "tokens", "calls", "seconds")
"""What a run can be limited in."""


class TranscriptFold:
    """Turns events into entries one by one, so that a live view need not begin again."""

    def __init__(self) -> None:
        self._memory = MessageMemory()
        self._asked: dict[tuple[str, int], dict[str, Any]] = {}

    def add(self, event: Event) -> Entry | None:
        """The entry an event stands for; None where it means nothing to a reader."""
        make = _MAKERS.get(event.kind)
        if make is None:
            return None
        return make(self, (event.seq, event.at, event.where), event.data)

    def _effect_started(self, place: "Place", data: dict[str, Any]) -> Entry | None:
        effect = text(data.get("effect"))
        if effect not in ("completion", "answer", "commit", "tool"):
            return None
        try:
            request = self._memory.expand(mapping(data.get("request")))
        except (AttributeError, TypeError, KeyError, ValueError):
            request = {}
        self._asked[place[2], whole(data.get("ordinal"))] = {**data, "request": request}
        if effect in ("commit", "tool"):
            return None
        return Asking(*place, *_who(data), text(request.get("question")))

    def _effect_ended(self, place: "Place", data: dict[str, Any]) -> Entry | None:
        asked = self._asked.pop((place[2], whole(data.get("ordinal"))), {})
        request, result = mapping(asked.get("request")), mapping(data.get("result"))
        match data.get("effect"):
            case "completion":
                return _said(place, asked, request, result)
            case "answer":
                question = ({"role": "user", "content": text(request.get("question"))},)
                words = text(result.get("text"))
                return Said(*place, *_who(asked), question, words, False, 0, 0, 0.0, 0.0)
            case "tool":
                used = text(request.get("tool")), mapping(request.get("arguments"))
                words = text(result.get("text"))
                return ToolCalled(
                    *place, _who(asked)[0], *used, words, number(result.get("seconds"))
                )
            case "commit" if result.get("files"):
                return _committed(place, request, result)
        return None


Place = tuple[int, str, str]
"""The fields of an Entry."""


def transcript(events: Iterable[Event]) -> list[Entry]:
    """Every entry of a journal, in order."""
    fold = TranscriptFold()
    return [entry for event in events if (entry := fold.add(event)) is not None]


def _who(data: dict[str, Any]) -> tuple[str, str, str]:
    return text(data.get("speaker")), text(data.get("listener")), text(data.get("model"))


def _began(_: TranscriptFold, place: Place, data: dict[str, Any]) -> Entry:
    frozen = mapping(data.get("company"))
    card = mapping(frozen.get("company"))
    chain = text(data.get("chain"))
    steps = items(mapping(mapping(frozen.get("chains")).get(chain)).get("steps"))
    roles = mapping(frozen.get("roles"))
    return Began(
        *place,
        run=text(data.get("run")),
        name=text(data.get("name")),
        task=text(mapping(data.get("task")).get("text")),
        company=text(card.get("name")),
        chain=chain,
        model=text(data.get("model")),
        sandbox=text(data.get("sandbox")),
        top_steps=len(steps),
        titles={name: text(mapping(role).get("title")) or name for name, role in roles.items()},
    )


def _forked(_: TranscriptFold, place: Place, data: dict[str, Any]) -> Entry:
    names = text(data.get("run")), text(data.get("parent")), text(data.get("at"))
    changes = {key: text(value) for key, value in mapping(data.get("set")).items()}
    return Forked(*place, *names, changes)


def _limits_changed(_: TranscriptFold, place: Place, data: dict[str, Any]) -> Entry:
    return LimitsChanged(*place, limits_in(data))


def limits_in(data: dict[str, Any]) -> dict[str, float]:
    """The limits that an event names, without those that are not set."""
    found = {name: number(value) for name, value in mapping(data.get("limits")).items()}
    return {name: value for name, value in found.items() if name in LIMITS and value > 0}


def _step_began(_: TranscriptFold, place: Place, data: dict[str, Any]) -> Entry:
    name = text(data.get("name"))
    title = text(data.get("title")) or name.replace("_", " ").capitalize()
    rounds = whole(data.get("round")), whole(data.get("max"))
    after = tuple(whole(node) for node in items(data.get("after")))
    return StepBegan(*place, name, title, text(data.get("kind")), *rounds, after)


def _said(
    place: Place, asked: dict[str, Any], request: dict[str, Any], result: dict[str, Any]
) -> Entry:
    usage = mapping(result.get("usage"))
    cost = result.get("cost")
    return Said(
        *place,
        *_who(asked),
        prompt=tuple(_message(message) for message in items(request.get("messages"))),
        text=text(result.get("text")),
        cut=result.get("finish_reason") in ("length", "repetition"),
        prompt_tokens=whole(usage.get("prompt_tokens")),
        completion_tokens=whole(usage.get("completion_tokens")),
        cost=None if cost is None else number(cost),
        seconds=number(result.get("seconds")),
    )


def _message(message: Any) -> dict[str, str]:
    content = mapping(message).get("content")
    if isinstance(content, list):
        content = "\n".join(text(mapping(part).get("text")) or "[image]" for part in content)
    return {"role": text(mapping(message).get("role")), "content": text(content)}


def _committed(place: Place, request: dict[str, Any], result: dict[str, Any]) -> Entry:
    files = tuple(
        Change(
            text(change.get("path")),
            text(change.get("status")),
            whole(change.get("added")),
            whole(change.get("removed")),
        )
        for change in map(mapping, items(result.get("files")))
    )
    about = text(request.get("author")), text(request.get("message"))
    return Committed(*place, text(result.get("sha")), *about, files)


def _executed(_: TranscriptFold, place: Place, data: dict[str, Any]) -> Entry:
    checks = tuple(
        CheckDone(
            name=text(check.get("name")),
            command=text(check.get("command")),
            ok=flag(check.get("ok")),
            exit_code=whole(check.get("exit_code")),
            seconds=number(check.get("seconds")),
            output=text(check.get("output")),
            remark=text(check.get("remark")),
        )
        for check in map(mapping, items(data.get("checks")))
    )
    return Executed(*place, data.get("verified") is True, text(data.get("summary")), checks)


def _delivered(_: TranscriptFold, place: Place, data: dict[str, Any]) -> Entry:
    files = data.get("files")
    paths = texts(list(files) if isinstance(files, dict) else files)
    about = text(data.get("phase")), text(data.get("kind"))
    words = text(data.get("text")) or text(data.get("document"))
    return Delivered(*place, *about, mapping(data.get("fields")), paths, words)


_Maker = Callable[[TranscriptFold, Place, dict[str, Any]], Entry | None]
_MAKERS: dict[str, _Maker] = {
    "run.started": _began,
    "run.resumed": lambda _, place, data: Resumed(*place),
    "run.ended": lambda _, place, data: Ended(
        *place, text(data.get("status")), whole(data.get("exit_code")), text(data.get("reason"))
    ),
    "run.forked": _forked,
    "run.paused": lambda _, place, data: Paused(*place),
    "run.continued": lambda _, place, data: Continued(*place),
    "run.limits": _limits_changed,
    "interjection": lambda _, place, data: Interjected(
        *place, text(data.get("role")), text(data.get("text"))
    ),
    "step.started": _step_began,
    "step.ended": lambda _, place, data: StepEnded(
        *place, text(data.get("outcome")), text(data.get("reason"))
    ),
    "effect.started": TranscriptFold._effect_started,
    "effect.ended": TranscriptFold._effect_ended,
    "effect.failed": lambda _, place, data: Failed(
        *place, text(data.get("effect")), text(data.get("error"))
    ),
    "words": lambda _, place, data: Words(*place, text(data.get("text"))),
    "deliverable": _delivered,
    "deliverable.rejected": lambda _, place, data: Rejected(
        *place, text(data.get("phase")), text(data.get("complaint"))
    ),
    "execution": _executed,
    "note": lambda _, place, data: Noted(*place, text(data.get("text"))),
    "retry": lambda _, place, data: Retried(*place, text(data.get("text"))),
}
