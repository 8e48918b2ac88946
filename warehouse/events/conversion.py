"""Between the data of an event as JSON has them and their struct."""

import json

import msgspec

from warehouse.events import KINDS, EventData, MalformedEvent, UnknownEvent
from warehouse.events.base import Json

EFFECTS = frozenset(["completion", "answer", "commit", "tag", "sandbox"])


def typed(kind: str, data: Json) -> EventData:
    """The struct of recorded data; never raises, whatever was recorded."""
    wanted = KINDS.get(kind)
    if wanted is None or _is_of_another_effect(kind, data):
        return UnknownEvent(kind, data)
    try:
        struct: EventData = msgspec.convert(data, wanted)
    except msgspec.ValidationError as error:
        return MalformedEvent(kind, data, *_fault(error))
    except RecursionError:
        return MalformedEvent(kind, data, "", "Nested too deep")
    return struct


def as_json(data: EventData) -> Json:
    """The data as a journal holds them."""
    if isinstance(data, UnknownEvent | MalformedEvent):
        return data.raw
    recorded: Json = json.loads(json.dumps(msgspec.to_builtins(data)))
    return recorded


def _is_of_another_effect(kind: str, data: Json) -> bool:
    effect = data.get("effect")
    return kind.startswith("effect.") and isinstance(effect, str) and effect not in EFFECTS


def _fault(error: msgspec.ValidationError) -> tuple[str, str]:
    """The field that is wrong, and what is wrong with it."""
    reason, _, path = str(error).partition(" - at `$")
    return path.removeprefix(".").removesuffix("`"), reason
