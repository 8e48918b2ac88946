"""A graph: each node works as soon as all that leads to it has arrived.

A node takes every way to it at the same time, each with a version of the program: the critic of the
way looks at what is handed on, and the node refines it by what was said. What comes together in a
node is merged where it differs, and so is what the last nodes come to.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf

from company.engine.chain import ChainRunner
from company.engine.place import Outcome, Place, side_by_side
from company.engine.state import Files, State
from phases.steps.graph import GraphStep
from warehouse.events import LineNoted

_NODE = re.compile(r"node-(\d+)/")
_WAY = re.compile(r"/from-(?:(\d+)|start)/")
START = 0
"""Stands for a node where the program comes from that the graph begins with."""
Version = tuple[int, Files]
"""The files, and the node they come from."""


async def take(step: GraphStep, place: Place, state: State, walk: ChainRunner) -> None:
    """Walk the graph, and go on with what it comes to."""
    walk.events.started(place, step.name, "graph")
    if not state.files:
        walk.events.ended(place, Outcome("skipped", "there is no program yet"))
        return
    graph = GraphWalk(step, place, state.branch(), walk)
    state.files = await graph.walk()
    state.phases_done += graph.phases_done
    state.notebook += graph.noted
    if graph.touched and not step.is_line:
        await walk.upkeep.commit_what_holds(place, sorted(graph.touched), state)
    walk.events.ended(place)


@dataclass
class GraphWalk:
    """One walk of a graph, from a state that it leaves as it is."""

    step: GraphStep
    place: Place
    start: State
    chain: ChainRunner
    phases_done: int = 0
    """Phases that were not skipped."""
    touched: set[str] = field(default_factory=set)
    """Paths that were changed in some version."""
    _notes: dict[str, list[LineNoted]] = field(default_factory=dict)
    """What was noted, by the place of the phase: who noted it first is not the same in every walk."""

    @property
    def noted(self) -> list[LineNoted]:
        """What roles have noted, node by node, and in each first on the ways to it."""
        places = sorted(self._notes, key=self._order)
        return [line for where in places for line in self._notes[where]]

    def _order(self, where: str) -> tuple[float, bool, int]:
        inside = where.removeprefix(f"{self.place.where}/")
        node, way = _NODE.match(inside), _WAY.search(inside)
        return int(node[1]) if node else inf, way is None, int(way[1] or START) if way else START

    async def walk(self) -> Files:
        """Take every node. Returns the files that the chain goes on with."""
        finished: dict[int, Version] = {}
        is_over = {node: asyncio.Event() for node in self.step.before}

        async def in_turn(node: int, before: Sequence[int]) -> None:
            try:
                for other in before:
                    await is_over[other].wait()
                if finished.keys() >= set(before):
                    files = await self._node(node, [finished[other] for other in before])
                    finished[node] = node, files
            finally:
                is_over[node].set()

        nodes = self.step.before.items()
        await side_by_side(self.chain.effects, [partial(in_turn, *node) for node in nodes])
        return await self._merged(self.place, [finished[node] for node in self.step.sinks])

    async def _node(self, node: int, arriving: Sequence[Version]) -> Files:
        name = self.step.place(node)
        place = self.place.at(name)
        after = tuple(origin for origin, _ in arriving)
        self.chain.events.started(place, name, "node", title=f"Node {node}", after=after)
        refined: dict[int, Files] = {}

        async def come_by(origin: int, files: Files) -> None:
            refined[origin] = await self._way(place, origin, files)

        ways = arriving or [(START, self.start.files)]
        await side_by_side(self.chain.effects, [partial(come_by, *way) for way in ways])
        files = await self._merged(place, sorted(refined.items()))
        self.chain.events.ended(place)
        return files

    async def _way(self, node: Place, origin: int, files: Files) -> Files:
        """What the node makes of one version: criticised, and refined unless it was approved."""
        name = f"from-{origin or 'start'}"
        place, state = node.at(name), self._state(files)
        self.chain.events.started(place, name, "edge", title=f"From {_called(origin)}")
        if self.step.critique is not None:
            await self._phase(self.step.critique, place, state)
        if not (state.last_verdict or {}).get("approved"):
            await self._phase(self.step.refine, place, state)
        self.chain.events.ended(place)
        return state.files

    async def _merged(self, place: Place, versions: Sequence[Version]) -> Files:
        """One program of several versions; where none comes about, the first of them."""
        origin, first = versions[0]
        different: list[Files] = []
        for _, files in versions:
            if files not in different:
                different.append(files)
        if len(different) == 1:
            return first
        state = self._state(first)
        state.versions = tuple(different)
        outcome = await self._phase(self.step.merge, place, state)
        if outcome.outcome != "done":
            message = f"Nothing was merged; it goes on with the version of {_called(origin)}."
            self.chain.events.note(place, message)
        return state.files

    async def _phase(self, phase: str, place: Place, state: State) -> Outcome:
        where, before = place.at(phase), len(state.notebook)
        outcome = await self.chain.phase(phase, where, state)
        self._notes[where.where] = state.notebook[before:]
        self.phases_done += outcome.outcome != "skipped"
        was, now = self.start.files, state.files
        self.touched |= {path for path in was.keys() | now.keys() if was.get(path) != now.get(path)}
        return outcome

    def _state(self, files: Files) -> State:
        """A state in which nobody has said anything about these files yet."""
        return replace(self.start.branch(), files=dict(files), last_verdict=None, reports={})


def _called(node: int) -> str:
    return f"node {node}" if node else "the start"
