"""What a run is gone on with, replayed or forked from: a past that is what it should be to the letter."""

from collections.abc import Iterable

from warehouse.errors import JournalError
from warehouse.events import EffectEnded, EffectStarted, EventData, MalformedEvent, UnknownEvent
from warehouse.journal.journal import Event


def check_past(past: Iterable[Event]) -> None:
    """Raises JournalError, naming line and field, for an event that nothing can be built upon.

    An event of an unknown kind is passed over: nothing is built upon it.
    """
    for line, event in enumerate(past, 1):
        if fault := _fault(event.data):
            where = event.where
            before = f" To go on from before it: softhouse fork RUN --at {where}" if where else ""
            raise JournalError(
                f"The journal cannot be gone on with: in line {line}, of {event.kind} at "
                f"{where or 'the run as a whole'}, {fault}.{before}"
            )


def _fault(data: EventData) -> str:
    match data:
        case MalformedEvent(field=field, reason=reason):
            return f"{field or 'what it holds'} is not what it should be ({reason.lower()})"
        case UnknownEvent(kind=EffectStarted.KIND | EffectEnded.KIND):
            return "effect is none that is known here"
    return ""
