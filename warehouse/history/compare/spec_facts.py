"""What a run was given, as its journal holds it, held against what another was given.

The cards in it are read as hostile input: what is missing or mistyped is absent, never an error.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import asdict

from warehouse.events import CardKind, RunForked, RunStarted, SpecRecord, VersionStarted
from warehouse.events.conversion import as_json
from warehouse.history.compare.facts import Facts, Row, bounded, paired
from warehouse.journal.journal import Event

CARDS: Mapping[str, CardKind] = {"role": "roles", "phase": "phases", "chain": "chains"}
"""Kind of card, and where a frozen company keeps them."""
DEEPEST_FIELD = 6
"""Levels of a card that are told apart field by field; below, a whole value is compared."""

USUAL = ("chain", "model", "human_roles", "seed", "sandbox", "softhouse")
"""What is told first of a run, by the keys of `run.started`."""
LABELS = {
    "human_roles": "people",
    "windows": "context windows",
    "native_tools": "native tool calls",
    "acceptance": "what is taken from the task's words",
    "checks": "acceptance checks",
}
"""Keys that people know by another word."""
TOLD_OTHERWISE = ("task", "company", "role_models", "limits")
"""Keys whose values are taken apart."""
NO_FACTS = ("schema", "run", "name", "experiment", "seal")
"""What a run is called, and who answers for it, says nothing of how it differs."""

NOT_GIVEN = SpecRecord()
"""In place of an order that a journal does not hold."""


def spec_in(events: Sequence[Event]) -> SpecRecord:
    """What the run was given when it began, or when it was last forked."""
    order = NOT_GIVEN
    for event in events:
        match event.data:
            case RunForked(spec=spec) | VersionStarted(spec=spec) | (RunStarted() as spec):
                order = spec
    return order


def spec_rows(a: Sequence[Event], b: Sequence[Event]) -> tuple[Row, ...]:
    """Task, company, models, seed and all else that is no card; for a fork, where it began."""
    first, second = spec_in(a), spec_in(b)
    rows = paired(_facts(a, first), _facts(b, second))
    return (*rows, *_role_models(first, second))


def card_rows(a: Sequence[Event], b: Sequence[Event]) -> tuple[Row, ...]:
    """The cards both have, field by field; a card that only one has, as a whole."""
    first, second = spec_in(a), spec_in(b)
    company = paired(_company(first), _company(second))
    return (*company, *(row for kind in CARDS for row in _cards(kind, first, second)))


def models_of(order: SpecRecord) -> list[str]:
    """The model of every role, or at least the one that most of them speak with."""
    return list(order.role_models.values()) or [order.model]


def _facts(events: Sequence[Event], spec: SpecRecord) -> Facts:
    if spec is NOT_GIVEN:
        return {}
    record = as_json(spec)
    facts: Facts = {
        "task": spec.task.text,
        "images": list(spec.task.images),
        "existing program": spec.task.source,
        "company": spec.company_name,
    }
    others = sorted(record.keys() - {*USUAL, *TOLD_OTHERWISE, *NO_FACTS})
    keys = (*USUAL, *others)
    facts |= {LABELS.get(key, key.replace("_", " ")): record.get(key) for key in keys}
    facts |= {f"limit of {what}": most for what, most in asdict(spec.limits).items()}
    forks = [event.data for event in events if isinstance(event.data, RunForked)]
    if forks:
        last = forks[-1]
        facts |= {"forked from": last.parent, "at": last.at, "set": last.overrides}
    return {name: None if value == "" else bounded(value) for name, value in facts.items()}


def _role_models(a: SpecRecord, b: SpecRecord) -> Iterator[Row]:
    """The roles of both whose models are not the houses' own, together where they are the same."""
    first, second = a.role_models, b.role_models
    roles: dict[tuple[str, str], list[str]] = {}
    for role in first:
        if role in second and (first[role], second[role]) != (a.model, b.model):
            roles.setdefault((first[role], second[role]), []).append(role)
    for (model_a, model_b), names in roles.items():
        yield Row(f"model of {', '.join(names)}", model_a, model_b)


def _company(spec: SpecRecord) -> Facts:
    card = spec.company_card
    elsewhere = ("name", "chain")
    fields = _fields({name: value for name, value in card.items() if name not in elsewhere})
    return {f"company: {name}": value for name, value in fields.items()}


def _cards(kind: str, a: SpecRecord, b: SpecRecord) -> Iterator[Row]:
    first, second = a.cards(CARDS[kind]), b.cards(CARDS[kind])
    for name in dict.fromkeys((*first, *second)):
        if name in first and name in second:
            fields = _fields(first[name]), _fields(second[name])
            for row in paired(*fields):
                yield Row(f"{kind} {name}: {row.name}", row.a, row.b)
        else:
            yield Row(f"{kind} {name}", _whole(name, first), _whole(name, second))


def _whole(name: str, cards: Mapping[str, dict[str, Any]]) -> Any:
    """A card in short: its title, or what it consists of."""
    if name not in cards:
        return None
    card = cards[name]
    return bounded(card.get("title") or card.get("steps") or name)


def _fields(card: Mapping[str, Any], above: str = "", depth: int = 1) -> Facts:
    """A card's fields by their dotted names."""
    facts: Facts = {}
    for name, value in card.items():
        if isinstance(value, dict) and value and depth < DEEPEST_FIELD:
            facts |= _fields(value, f"{above}{name}.", depth + 1)
        else:
            facts[f"{above}{name}"] = bounded(value)
    return facts
