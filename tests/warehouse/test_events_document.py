"""The tables of events in docs/architecture.md are what the structs say."""

import inspect
from collections.abc import Iterator

import msgspec

from tests.support.command_line import ROOT
from warehouse.events import EFFECT_KINDS, KINDS, EffectEnded, EffectStarted

DOCUMENT = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def fields_of(struct: type[msgspec.Struct]) -> str:
    return ", ".join(f"`{name}`" for name in struct.__struct_encode_fields__) or "–"


def events() -> Iterator[str]:
    """A row for each kind."""
    yield "| kind | data | struct | means |"
    yield "| --- | --- | --- | --- |"
    for kind, data in KINDS.items():
        of_effects = {EffectStarted.KIND: EffectStarted, EffectEnded.KIND: EffectEnded}
        struct = of_effects.get(kind, data)
        effect = "`effect`, " if kind in of_effects else ""
        means = (inspect.getdoc(struct) or "").splitlines()[0]
        yield f"| `{kind}` | {effect}{fields_of(struct)} | `{struct.__name__}` | {means} |"


def effects() -> Iterator[str]:
    """A row for each effect."""
    yield "| effect | request | result |"
    yield "| --- | --- | --- |"
    for effect in EFFECT_KINDS:
        assert issubclass(effect.result, msgspec.Struct)
        yield f"| `{effect.name}` | {fields_of(effect.request)} | {fields_of(effect.result)} |"


def test_every_kind_of_event_stands_in_the_document_with_its_fields() -> None:
    assert "\n".join(events()) in DOCUMENT, "\n".join(["put this there:", *events()])


def test_every_effect_stands_in_the_document_with_its_request_and_result() -> None:
    assert "\n".join(effects()) in DOCUMENT, "\n".join(["put this there:", *effects()])
