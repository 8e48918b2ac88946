"""What was said in a run, reply by reply, as its journal tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.journal import Event
from warehouse.loose import mapping, number, text, whole


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of a model or a person; or, without words, a call that brought no answer."""

    where: str
    speaker: str
    text: str
    by_model: bool
    answered: bool
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    """US dollars; None where no price is known."""
    seconds: float
    own: bool
    """False for what a fork shares with its parent, which was paid for there."""


def replies_in(events: Sequence[Event]) -> list[Reply]:
    """Every reply, in the order of the journal."""
    forked = max((at for at, event in enumerate(events) if event.kind == "run.forked"), default=0)
    speakers: dict[tuple[str, int], str] = {}
    found = []
    for at, event in enumerate(events):
        place = event.where, whole(event.data.get("ordinal"))
        if event.kind == "effect.started":
            speakers[place] = text(event.data.get("speaker"))
        elif event.kind == "effect.ended" and event.data.get("effect") in ("completion", "answer"):
            found.append(_reply(event, speakers.get(place, ""), at >= forked))
        elif event.kind == "effect.failed" and event.data.get("used"):
            used = mapping(event.data["used"])
            nothing_said = event.where, speakers.get(place, ""), "", True, False
            found.append(Reply(*nothing_said, *_tokens(used), _cost(used), 0.0, at >= forked))
    return found


def _reply(event: Event, speaker: str, own: bool) -> Reply:
    result = mapping(event.data.get("result"))
    by_model = event.data["effect"] == "completion"
    return Reply(
        event.where,
        speaker,
        text(result.get("text")),
        by_model,
        True,
        *_tokens(mapping(result.get("usage"))),
        _cost(result) if by_model else 0.0,
        max(number(result.get("seconds")), 0.0),
        own,
    )


def _tokens(usage: dict[str, Any]) -> tuple[int, int]:
    return (
        max(whole(usage.get("prompt_tokens")), 0),
        max(whole(usage.get("completion_tokens")), 0),
    )


def _cost(data: dict[str, Any]) -> float | None:
    cost = data.get("cost")
    return None if cost is None else max(number(cost), 0.0)
