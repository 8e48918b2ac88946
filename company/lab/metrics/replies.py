"""What was said in a run, reply by reply, as its journal tells it."""

from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.events import (
    AnswerEnded,
    CompletionEnded,
    EffectFailed,
    EffectStarted,
    RunForked,
)
from warehouse.history.usage import NOTHING_USED, Usage, usage_in_vain, usage_of
from warehouse.journal.journal import Event


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
