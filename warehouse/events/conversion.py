"""Between the data of an event as JSON has them and their struct."""

import json

import msgspec

from warehouse.events import (
    EFFECT_KINDS,
    KINDS,
    EffectEnded,
    EffectStarted,
    EventData,
    Limits,
    MalformedEvent,
    NewerSpec,
    RunForked,
    RunStarted,
    SpecRecord,
    UnknownEvent,
    VersionStarted,
)
from warehouse.events.base import Json, UnreadableEvent

EFFECTS = frozenset(kind.name for kind in EFFECT_KINDS)
WITH_ORDER = frozenset([RunForked.KIND, VersionStarted.KIND])
LIMITS = frozenset(Limits.__struct_fields__)


def typed(kind: str, data: Json) -> EventData:
    """The struct of recorded data; never raises, whatever was recorded."""
    if kind not in KINDS or _is_of_another_effect(kind, data):
        return UnknownEvent(kind, data)
    try:
        return _struct(kind, data)
    except msgspec.ValidationError as error:
        return MalformedEvent(kind, data, *_fault(error))
    except UnicodeEncodeError:
        return MalformedEvent(kind, data, "", "Half a character where there should be no text")
    except RecursionError:
        return MalformedEvent(kind, data, "", "Nested too deep")


def spec_of(order: Json) -> RunStarted:
    """A run spec as `run.started` holds it, from its JSON."""
    spec = _spec(order, RunStarted)
    assert isinstance(spec, RunStarted)
    return spec


def as_json(data: EventData) -> Json:
    """The data as a journal holds them."""
    match data:
        case UnreadableEvent():
            return data.raw
        case NewerSpec():
            known = _in_lists(data)
            del known["unknown"]
            return known | data.unknown
        case RunForked(spec=NewerSpec() as spec) | VersionStarted(spec=NewerSpec() as spec):
            return {**_in_lists(data), "order": as_json(spec)}
    return _in_lists(data)


def _in_lists(data: EventData) -> Json:
    recorded: Json = json.loads(json.dumps(msgspec.to_builtins(data)))
    return recorded


def _struct(kind: str, data: Json) -> EventData:
    """Raises ValidationError where the data are not what they should be."""
    if kind == RunStarted.KIND:
        return _spec(data, RunStarted)
    if kind in WITH_ORDER and isinstance(data.get("order"), dict):
        begun: EventData = msgspec.convert({**data, "order": {}}, KINDS[kind])
        return msgspec.structs.replace(begun, spec=_spec(data["order"], SpecRecord))
    struct: EventData = msgspec.convert(data, KINDS[kind])
    return struct


def _spec(data: Json, struct: type[SpecRecord]) -> SpecRecord:
    unknown = {name: data[name] for name in data.keys() - set(struct.__struct_fields__)}
    limits = data.get("limits")
    if isinstance(limits, dict) and limits.keys() - LIMITS:
        unknown["limits"] = limits
    known = {name: value for name, value in data.items() if name not in unknown}
    spec = msgspec.convert(known, struct)
    return NewerSpec(**msgspec.structs.asdict(spec), unknown=unknown) if unknown else spec


def _is_of_another_effect(kind: str, data: Json) -> bool:
    effect = data.get("effect")
    of_one = kind in (EffectStarted.KIND, EffectEnded.KIND)
    return of_one and isinstance(effect, str) and effect not in EFFECTS


def _fault(error: msgspec.ValidationError) -> tuple[str, str]:
    """The field that is wrong, and what is wrong with it."""
    reason, _, path = str(error).partition(" - at `$")
    return path.removeprefix(".").removesuffix("`"), reason
