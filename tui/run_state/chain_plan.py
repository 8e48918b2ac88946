"""What a chain will do, read from the order that a journal holds: the steps still to come.

Only as much is read as is asked for, so that chains which name each other in a circle do no harm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from warehouse.events import SpecRecord
from warehouse.journal.step_paths import names_at_top, names_within
from warehouse.loose import items, mapping, text, whole

MOST_PLANNED = 2_000
"""Steps in a row that are planned; no chain written by hand comes near."""
MOST_NODES = 100
"""Nodes of a graph that are planned; a chain may not have more."""
HANDOVER = "handover"


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


class ChainPlan:
    """The chain of one run spec."""

    def __init__(self, spec: SpecRecord) -> None:
        self._chains = mapping(spec.company.get("chains"))
        self._phases = mapping(spec.company.get("phases"))
        self._steps = spec.top_steps

    def top(self) -> list[Planned]:
        """The steps of the chain itself, numbered as in their paths, and the handover."""
        specs = self._steps[:MOST_PLANNED]
        steps = list(map(self._planned, specs, names_at_top(map(_label, specs))))
        return [*steps, Planned(HANDOVER, "Handover", HANDOVER)] if steps else []

    def within(self, steps: Iterable[Any]) -> list[Planned]:
        """Steps inside another one, with names that are unique among them."""
        specs = list(steps)
        return list(map(self._planned, specs, names_within(map(_label, specs))))

    def _planned(self, spec: Any, name: str) -> Planned:
        kind, about = _kind(spec)
        label = _label(spec)
        match kind:
            case "phase":
                title = text(mapping(self._phases.get(label)).get("title"))
                return Planned(name, title or _spoken(label), kind)
            case "when":
                # Which of its two ways it takes is known only once it takes one.
                return Planned(name, f"If {text(about.get('if'))}", kind)
            case "chain":
                other = mapping(self._chains.get(label))
                title = text(other.get("title")) or _spoken(label)
                return Planned(name, title, kind, inside=_inside(other))
        most = whole(about.get("max"))
        inside = _nodes(about) if kind == "graph" else _inside(about)
        return Planned(name, _spoken(label), kind, most, inside, repeats=most > 0)


def _kind(spec: Any) -> tuple[str, dict[str, Any]]:
    """The kind of a step, and what is said of it: a phase is its name, the rest one-key mappings."""
    for kind, about in mapping(spec).items():
        return text(kind), mapping(about)
    return "phase", {}


def _label(spec: Any) -> str:
    """The step's part of a path: `coding`, `review`, `when`."""
    kind, about = _kind(spec)
    if kind == "phase":
        return text(spec)
    if kind == "chain":
        return text(mapping(spec).get("chain"))
    return text(about.get("name")) or kind


def _inside(about: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(items(about.get("steps"))[:MOST_PLANNED])


def _nodes(about: dict[str, Any]) -> tuple[Any, ...]:
    """The nodes of a graph in the shape of steps; what leads to each is shown once it begins."""
    edges = items(about.get("edges"))[:MOST_PLANNED]
    nodes = [
        whole(about.get("nodes")),
        *(whole(node) for edge in edges for node in items(edge)[:2]),
    ]
    return tuple({"node": {"name": f"node-{n}"}} for n in range(1, min(max(nodes), MOST_NODES) + 1))


def _spoken(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()
