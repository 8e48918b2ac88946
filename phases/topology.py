"""The shapes of a graph: which of its nodes hands its work on to which.

Nodes are numbered from 1. In every shape here edges lead from a lower number to a higher one, so
none is cyclic, and each node can be reached from node 1 (of `layered`: from the first layer).
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import combinations, pairwise
from math import isqrt
from typing import Literal

Edge = tuple[int, int]
"""From a node to a node."""
Topology = Literal["chain", "star", "tree", "mesh", "layered", "random"]


def edges_of(
    topology: Topology, nodes: int, *, width: int | None = None, density: float, seed: int
) -> list[Edge]:
    """The edges of a shape, sorted; what a shape has no use for is not looked at."""
    shapes: Mapping[Topology, Callable[[], Iterable[Edge]]] = {
        "chain": lambda: chain(nodes),
        "star": lambda: star(nodes),
        "tree": lambda: tree(nodes),
        "mesh": lambda: mesh(nodes),
        "layered": lambda: layered(nodes, width or isqrt(nodes)),
        "random": lambda: random(nodes, density, seed),
    }
    return sorted(shapes[topology]())


def chain(nodes: int) -> list[Edge]:
    """One after another: n - 1 edges."""
    return list(pairwise(range(1, nodes + 1)))


def star(nodes: int) -> list[Edge]:
    """The first hands on to all others: n - 1 edges."""
    return [(1, node) for node in range(2, nodes + 1)]


def tree(nodes: int) -> list[Edge]:
    """Each hands on to two more, while there are any: n - 1 edges."""
    return [(node // 2, node) for node in range(2, nodes + 1)]


def mesh(nodes: int) -> list[Edge]:
    """Each hands on to all after it, the densest graph without a cycle: n(n - 1) / 2 edges."""
    return list(combinations(range(1, nodes + 1), 2))


def layered(nodes: int, width: int) -> list[Edge]:
    """Layers of `width` nodes, each handing on to the whole next layer; the last may be smaller."""
    everyone = range(1, nodes + 1)
    layers = [everyone[at : at + width] for at in range(0, nodes, width)]
    return [(one, other) for these, those in pairwise(layers) for one in these for other in those]


def random(nodes: int, density: float, seed: int) -> list[Edge]:
    """A random tree, and `density` (0 to 1) of what a mesh has beyond it.

    Drawn by digests: the numbers of Python's generator may come out otherwise in another version,
    and a run must find its graph again.
    """

    def lot(edge: Edge) -> bytes:
        return hashlib.sha256(f"{seed} {edge[0]} {edge[1]}".encode()).digest()

    drawn = [
        min(((one, other) for one in range(1, other)), key=lot) for other in range(2, nodes + 1)
    ]
    others = sorted(set(mesh(nodes)).difference(drawn), key=lot)
    return drawn + others[: round(density * len(others))]


def predecessors(nodes: int, edges: Iterable[Edge]) -> dict[int, list[int]]:
    """For each node the nodes that hand on to it, in the order of their numbers."""
    before: dict[int, list[int]] = {node: [] for node in range(1, nodes + 1)}
    for one, other in sorted(edges):
        before[other].append(one)
    return before


def cycle(edges: Iterable[Edge]) -> Sequence[int]:
    """Nodes that hand on to each other in a circle, the first again at the end; empty without one."""
    sorter = TopologicalSorter[int]()
    for one, other in edges:
        sorter.add(other, one)
    try:
        sorter.prepare()
    except CycleError as error:
        nodes: list[int] = error.args[1]
        return nodes
    return []
