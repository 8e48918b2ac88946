"""docs/topologies.md counts right: edges, and what a graph comes to."""

import re
from pathlib import Path

import pytest

from phases.steps.graph import GraphStep
from phases.topology import Topology

TEXT = (Path(__file__).parents[2] / "docs/topologies.md").read_text(encoding="utf-8")
SHAPES: list[Topology] = ["chain", "star", "tree", "mesh", "layered", "random"]


def graph(topology: Topology, nodes: int) -> GraphStep:
    return GraphStep(name="g", topology=topology, nodes=nodes, refine="r", critique="c", merge="m")


@pytest.mark.parametrize("topology", SHAPES)
def test_the_table_of_shapes_has_the_edges_of_each(topology: Topology) -> None:
    (row,) = re.findall(rf"^\| `{topology}` \| (.*) \|$", TEXT, re.MULTILINE)
    four, ten = row.split(" | ")[1:3]
    assert (int(four), int(ten)) == (len(graph(topology, 4).links), len(graph(topology, 10).links))


@pytest.mark.parametrize("nodes", [4, 10])
def test_the_table_of_costs_is_right(nodes: int) -> None:
    (row,) = re.findall(rf"^\| {nodes} nodes \| (.*) \|$", TEXT, re.MULTILINE)
    shapes: list[Topology] = ["chain", "star", "layered", "random", "mesh"]
    assert [int(cell) for cell in row.split(" | ")] == [
        graph(shape, nodes).most_phases(len) for shape in shapes
    ]
    assert graph("star", nodes).most_phases(len) == graph("tree", nodes).most_phases(len)
