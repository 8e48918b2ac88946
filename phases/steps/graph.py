"""The schema of a graph: nodes that refine the program side by side, and critics on the way."""

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from phases.phase import CardName, Phase, Section
from phases.steps.step import BaseStep, Fault, Where, misplaced
from phases.topology import Edge, Topology, cycle, edges_of, predecessors
from phases.yields import YieldKind

MOST_NODES = 100
MOST_EDGES = MOST_NODES * (MOST_NODES - 1) // 2
HEARD_AS: dict[YieldKind, Section] = {"verdict": "comments", "report": "history"}
"""What a critic may yield, and the section by which the node is told it."""
Node = Annotated[int, Field(ge=1, le=MOST_NODES)]


class GraphStep(BaseStep):
    """Nodes refine the program and hand it on along edges; what comes together is merged.

    The program that the step begins with is handed to every node that no edge leads to.
    """

    kind = "graph"
    noun = "graph"
    set_key = "graphs"
    makes = "node"
    is_closed = True

    name: CardName = Field(description="What people read in the window.")
    topology: Topology | None = Field(
        default=None, description="The shape of the graph, or `edges` instead."
    )
    nodes: Node | None = Field(
        default=None, description="How many nodes; of `edges`, the highest number when left out."
    )
    edges: list[Annotated[list[int], Field(min_length=2, max_length=2)]] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_EDGES,
        description="Pairs of nodes, numbered from 1, of which the first hands on to the second.",
    )
    width: Node | None = Field(
        default=None,
        description="Of `layered`: the nodes of a layer; the square root of `nodes` when left out.",
    )
    density: float = Field(
        default=0.5,
        ge=0.0,
        le=1.0,
        description="Of `random`: how much of a mesh there is beyond a tree, 0 to 1.",
    )
    seed: int = Field(default=1, ge=0, lt=2**31, description="Of `random`: which graph is drawn.")
    refine: CardName = Field(description="The phase of a node: it yields files.")
    critique: CardName | None = Field(
        default=None,
        description="The phase of an edge, before the node refines what arrives: a verdict or a"
        " report.",
    )
    merge: CardName = Field(
        description="The phase where different versions arrive, which it sees as `versions`: it"
        " yields files."
    )

    def phases(self) -> Iterator[tuple[Where, str]]:
        yield (self.kind, "refine"), self.refine
        if self.critique is not None:
            yield (self.kind, "critique"), self.critique
        yield (self.kind, "merge"), self.merge

    @cached_property
    def links(self) -> list[Edge]:
        """The edges, whether given or of the topology."""
        if self.topology is None or self.nodes is None:
            return sorted((one, other) for one, other in self.edges or ())
        return edges_of(
            self.topology, self.nodes, width=self.width, density=self.density, seed=self.seed
        )

    @cached_property
    def before(self) -> dict[int, list[int]]:
        """For each node those that hand on to it; none for a source."""
        return predecessors(self.nodes or max(map(max, self.links)), self.links)

    @cached_property
    def sinks(self) -> list[int]:
        """The nodes that hand on to none; what they come to, the chain goes on with."""
        handing_on = {one for one, _ in self.links}
        return [node for node in self.before if node not in handing_on]

    @property
    def most_places(self) -> int:
        return len(self.before)

    def after(self, names: Sequence[str]) -> Sequence[str]:
        """Of a graph also the ways to a node; what comes together at its end is merged outside of all nodes."""
        inner = super().after(names)
        return [
            name for name in (names if inner is None else inner) if not name.startswith("from-")
        ]

    @property
    def is_line(self) -> bool:
        """Whether nothing is ever done side by side."""
        sources = sum(not before for before in self.before.values())
        return sources == len(self.sinks) == 1 and len(self.links) == len(self.before) - 1

    def most_phases(self, of: Callable[[Sequence[BaseStep]], int]) -> int:
        ways = sum(max(len(before), 1) for before in self.before.values())
        merges = sum(len(before) > 1 for before in self.before.values()) + (len(self.sinks) > 1)
        return ways * (1 if self.critique is None else 2) + merges

    def faults(self, phases: Mapping[str, Phase]) -> Iterator[Fault]:
        yield from _yields("refine", phases.get(self.refine), "files")
        yield from _yields("merge", phases.get(self.merge), "files")
        yield from _sees("merge", phases.get(self.merge), "versions")
        refine = phases.get(self.refine)
        if self.critique is None:
            if refine is not None and "comments" in refine.sees:
                message = (
                    f"'{self.refine}' waits for comments, and there is no 'critique' to make any"
                )
                yield Fault(("graph", "refine"), message)
            return
        critique = phases.get(self.critique)
        yield from _yields("critique", critique, *HEARD_AS)
        if critique is not None and critique.yields and critique.yields.kind in HEARD_AS:
            yield from _sees("refine", refine, HEARD_AS[critique.yields.kind])

    @field_validator("edges")
    @classmethod
    def _lead_somewhere(
        cls, edges: list[list[int]] | None, info: ValidationInfo
    ) -> list[list[int]] | None:
        known: int = info.data.get("nodes") or MOST_NODES
        pairs = [(one, other) for one, other in edges or ()]
        for index, edge in enumerate(pairs):
            far = next((node for node in edge if not 1 <= node <= known), None)
            if far is not None:
                message = f"there is no node {far}: nodes are numbered 1 to {known}"
                raise misplaced(index, message, edge)
        twice = next((edge for edge, times in Counter(pairs).items() if times > 1), None)
        if twice is not None:
            index = pairs.index(twice, pairs.index(twice) + 1)
            raise misplaced(index, f"the edge from {twice[0]} to {twice[1]} is there twice", twice)
        if cycle(pairs):
            index = bisect(range(len(pairs)), False, key=lambda at: bool(cycle(pairs[: at + 1])))
            around = " → ".join(map(str, cycle(pairs[: index + 1])))
            raise misplaced(index, f"this edge closes a circle: {around}", pairs[index])
        return edges

    @model_validator(mode="after")
    def _has_one_shape(self) -> Self:
        if (self.topology is None) == (self.edges is None):
            raise ValueError("a graph has either 'topology' and 'nodes', or 'edges'")
        if self.topology is not None and self.nodes is None:
            raise ValueError(f"say how many 'nodes' the {self.topology} has")
        lone = set(self.before).difference(*self.links) if self.edges else ()
        for node in lone:
            raise ValueError(f"no edge leads to node {node} or away from it")
        return self


def _yields(key: str, phase: Phase | None, *kinds: YieldKind) -> Iterator[Fault]:
    kind = phase.yields.kind if phase is not None and phase.yields is not None else None
    if phase is not None and kind not in kinds:
        message = f"'{key}' takes a phase that yields {' or '.join(map(_a, kinds))}"
        yield Fault(("graph", key), f"{message}; '{phase.name}' yields {_a(kind)}")


def _sees(key: str, phase: Phase | None, section: Section) -> Iterator[Fault]:
    if phase is not None and section not in phase.sees:
        message = f"'{phase.name}' does not see '{section}': it would not know of it"
        yield Fault(("graph", key), message)


def _a(kind: YieldKind | None) -> str:
    """A kind of deliverable as a sentence names it."""
    if kind is None:
        return "nothing"
    return "files" if kind == "files" else f"a {kind}"
