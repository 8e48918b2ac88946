"""What a chain will do, read from the order that a journal holds: the steps still to come.

Only as much is read as is asked for, so that chains which name each other in a circle do no harm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from warehouse.events import NewerSpec, SpecRecord
from warehouse.journal.step_paths import names_at_top, names_within

MOST_PLANNED = 2_000
"""Steps in a row that are planned; no chain written by hand comes near."""
MOST_NODES = 100
"""Nodes of a graph that are planned; a chain may not have more."""
HANDOVER = "handover"
BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Planned:
    """A step to come. `name` is its part of a path, `inside` the steps in it as the chain has them."""

    name: str
    title: str
    kind: str
    most_rounds: int = 0
    inside: tuple[Any, ...] = ()
    repeats: bool = False
    """Whether these are not inside itself, but inside each of its rounds or parts."""


class _StepSpec(msgspec.Struct):
    """What a step says of itself, whatever its kind."""

    name: str = ""
    condition: str = msgspec.field(name="if", default="")
    max: int = 0
    steps: tuple[Any, ...] = ()
    nodes: int | None = None
    edges: tuple[tuple[int, ...], ...] | None = None


class ChainPlan:
    """The chain of one run spec."""

    def __init__(self, spec: SpecRecord) -> None:
        self._chains = spec.cards("chains")
        self._phases = spec.cards("phases")
        self._steps = spec.top_steps
        self._looks_first = isinstance(spec, NewerSpec) and bool(spec.unknown.get("baseline"))

    def top(self) -> list[Planned]:
        """The steps of the chain itself, numbered as in their paths, after the first look at a customer's
        program, and the handover."""
        specs = self._steps[:MOST_PLANNED]
        steps = list(map(self._planned, specs, names_at_top(map(_label, specs))))
        first = [Planned(BASELINE, "The program as it came", "phase")] * self._looks_first
        return [*first, *steps, Planned(HANDOVER, "Handover", HANDOVER)] if steps else []

    def within(self, steps: Iterable[Any]) -> list[Planned]:
        """Steps inside another one, with names that are unique among them."""
        specs = list(steps)
        return list(map(self._planned, specs, names_within(map(_label, specs))))

    def _planned(self, spec: Any, name: str) -> Planned:
        kind, about = _kind(spec)
        label = _label(spec)
        match kind:
            case "phase":
                return Planned(name, _title(self._phases.get(label), label), kind)
            case "when":
                # Which of its two ways it takes is known only once it takes one.
                return Planned(name, f"If {about.condition}", kind)
            case "chain":
                other = self._chains.get(label)
                inside = _inside(_step_spec(other))
                return Planned(name, _title(other, label), kind, inside=inside)
        inside = _nodes(about) if kind == "graph" else _inside(about)
        return Planned(name, _spoken(label), kind, about.max, inside, repeats=about.max > 0)


def _kind(spec: Any) -> tuple[str, _StepSpec]:
    """The kind of a step, and what it says: a phase is its name, the rest are one-key mappings."""
    if isinstance(spec, dict) and spec:
        kind, about = next(iter(spec.items()))
        return kind, _step_spec(about)
    return "phase", _StepSpec()


def _step_spec(about: Any) -> _StepSpec:
    """What a step says of itself; nothing where it is not as any chain has it."""
    try:
        return msgspec.convert(about, _StepSpec)
    except (msgspec.ValidationError, RecursionError):
        return _StepSpec()


def _label(spec: Any) -> str:
    """The step's part of a path: `coding`, `review`, `when`."""
    match spec:
        case str(phase) | {"chain": str(phase)}:
            return phase
    kind, about = _kind(spec)
    return about.name or kind


def _title(card: Any, label: str) -> str:
    match card:
        case {"title": str(title)} if title:
            return title
    return _spoken(label)


def _inside(about: _StepSpec) -> tuple[Any, ...]:
    return about.steps[:MOST_PLANNED]


def _nodes(about: _StepSpec) -> tuple[Any, ...]:
    """The nodes of a graph in the shape of steps; what leads to each is shown once it begins."""
    edges = (about.edges or ())[:MOST_PLANNED]
    last = max([about.nodes or 0, *(node for edge in edges for node in edge[:2])])
    return tuple({"node": {"name": f"node-{n}"}} for n in range(1, min(last, MOST_NODES) + 1))


def _spoken(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()
