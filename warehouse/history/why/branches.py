"""Which steps of a run were taken side by side, so that none saw what the other did."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from warehouse.history.entries import StepBegan, StepEnded

NOT_SEEN_TO_OVERLAP = ("parallel", "each", "best_of")
"""Kinds of step whose inner steps do not see each other even where one ended before the next began:
in a replay nothing waits, and drafts are made in turn. Any other kind of which steps overlapped is seen to be such a one."""
_NODE = re.compile(r"node-([0-9]{1,6})")
_WAY = re.compile(r"from-(?:([0-9]{1,6})|start)")
Before = Mapping[int, frozenset[int]]
"""For each node of a graph all that were done before it and led to it."""


@dataclass(frozen=True)
class Branches:
    """The parallel steps of a run, and its graphs, by their paths."""

    parallel: frozenset[str] = frozenset()
    graphs: Mapping[str, Before] = field(default_factory=dict)

    @classmethod
    def of(cls, steps: Iterable[StepBegan | StepEnded]) -> "Branches":
        """Read from the steps that began and ended, in their order."""
        parallel: set[str] = set()
        graphs: dict[str, dict[int, frozenset[int]]] = {}
        at_work: dict[str, set[str]] = {}
        for step in steps:
            around, _, name = step.where.rpartition("/")
            if isinstance(step, StepEnded):
                at_work.get(around, set()).discard(name)
                continue
            if step.kind in NOT_SEEN_TO_OVERLAP:
                parallel.add(step.where)
            if step.kind not in ("node", "edge"):
                siblings = at_work.setdefault(around, set())
                if around and siblings - {name}:
                    parallel.add(around)
                siblings.add(name)
            elif step.kind == "node" and (node := _NODE.fullmatch(name)):
                before = graphs.setdefault(around, {})
                behind = (before.get(other, frozenset()) | {other} for other in step.after)
                before[int(node[1])] = frozenset().union(*behind)
        return cls(frozenset(parallel), graphs)

    def beside(self, step: str, other: str) -> bool:
        """Whether neither of two steps saw what the other did."""
        for around in self.parallel:
            one, two = _inside(step, around), _inside(other, around)
            if one and two and one[0] != two[0] and not (_is_merge(one) or _is_merge(two)):
                return True
        for graph, before in self.graphs.items():
            one, two = _inside(step, graph), _inside(other, graph)
            if one and two and not (_saw(one, two, before) or _saw(two, one, before)):
                return True
        return False

    def merged_from(self, step: str, others: Iterable[str]) -> list[str]:
        """Of a step in which branches were merged: the first of `others` in each of the branches."""
        first: dict[str, str] = {}
        for around in self.parallel:
            if _is_merge(_inside(step, around)):
                inside = ((other, _inside(other, around)) for other in others)
                for other, parts in inside:
                    if parts and not _is_merge(parts):
                        first.setdefault(parts[0], other)
                break
        return list(first.values())


def _is_merge(inside: list[str]) -> bool:
    """Whether it is the house that settles there what branches made; it has seen them all."""
    return inside in (["merge"], ["by-lines", "merge"])


def _inside(step: str, around: str) -> list[str]:
    """The parts of a step's path inside of another step; none where it is elsewhere."""
    return step[len(around) + 1 :].split("/") if step.startswith(f"{around}/") else []


def _saw(step: list[str], other: list[str], before: Before) -> bool:
    """Whether a step of a graph had before it what another made; both from their node on."""
    mine, theirs = _NODE.fullmatch(step[0]), _NODE.fullmatch(other[0])
    if mine is None or theirs is None:
        return mine is None
    node, made_in = int(mine[1]), int(theirs[1])
    way = _WAY.fullmatch(step[1]) if len(step) > 1 else None
    if way is None:
        return made_in == node or made_in in before.get(node, ())
    if made_in == node:
        return step[1] == other[1]
    origin = int(way[1] or 0)
    return made_in == origin or made_in in before.get(origin, ())
