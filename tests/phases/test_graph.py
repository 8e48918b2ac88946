"""Graphs and directed steps as a chain holds them."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from phases.chain import Chain
from phases.steps.direct import DirectStep
from phases.steps.graph import GraphStep

PHASES = {"refine": "refine", "critique": "critique", "merge": "merge"}


def graph(**about: Any) -> GraphStep:
    step = {"graph": {"name": "network", **PHASES, **about}}
    (made,) = Chain.model_validate({"name": "some", "steps": [step]}).steps
    assert isinstance(made, GraphStep)
    return made


def direct(**about: Any) -> DirectStep:
    step = {"name": "d", "director": "boss", "choices": ["a", "b"], "max": 3, **about}
    (made,) = Chain.model_validate({"name": "some", "steps": [{"direct": step}]}).steps
    assert isinstance(made, DirectStep)
    return made


def test_a_graph_of_given_edges_knows_who_hands_on_to_whom() -> None:
    step = graph(edges=[[3, 4], [1, 3], [2, 3], [1, 5]])
    assert step.before == {1: [], 2: [], 3: [1, 2], 4: [3], 5: [1]}
    assert step.sinks == [4, 5]


def test_numbers_need_not_be_in_the_order_of_the_work() -> None:
    assert graph(edges=[[3, 1], [1, 2]]).sinks == [2]


def test_a_single_node_is_a_graph() -> None:
    step = graph(topology="star", nodes=1)
    assert (step.links, step.before, step.sinks, step.is_line) == ([], {1: []}, [1], True)


@pytest.mark.parametrize(
    ("about", "most", "is_line"),
    [
        ({"topology": "chain", "nodes": 4}, 4 * 2, True),
        ({"topology": "star", "nodes": 4}, 4 * 2 + 1, False),
        ({"topology": "mesh", "nodes": 4}, (1 + 6) * 2 + 2, False),
        ({"topology": "mesh", "nodes": 4, "critique": None}, 1 + 6 + 2, False),
        ({"edges": [[1, 2], [3, 4]]}, 4 * 2 + 1, False),
    ],
)
def test_what_a_graph_comes_to_at_most(about: dict[str, Any], most: int, is_line: bool) -> None:
    step = graph(**about)
    assert (step.most_phases(len), step.is_line) == (most, is_line)


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({}, "either 'topology' and 'nodes', or 'edges'"),
        ({"topology": "star", "nodes": 3, "edges": [[1, 2]]}, "either 'topology' and 'nodes'"),
        ({"topology": "tree"}, "say how many 'nodes' the tree has"),
        ({"topology": "star", "nodes": 101}, "less than or equal to 100"),
        ({"edges": []}, "at least 1 item"),
        ({"edges": [[1]]}, "at least 2 items"),
        ({"edges": [[1, 2], [2, 3], [3, 1]]}, "this edge closes a circle: "),
        ({"edges": [[2, 2]]}, "this edge closes a circle: 2 → 2"),
        ({"edges": [[1, 2], [1, 2]]}, "the edge from 1 to 2 is there twice"),
        ({"edges": [[0, 2]]}, "there is no node 0: nodes are numbered 1 to 100"),
        ({"edges": [[1, 10**9]]}, "there is no node 1000000000"),
        ({"edges": [[1, 2], [2, 4]], "nodes": 3}, "there is no node 4: nodes are numbered 1 to 3"),
        ({"edges": [[1, 2]], "nodes": 3}, "no edge leads to node 3 or away from it"),
        ({"edges": [[1, 2], [4, 5]]}, "no edge leads to node 3 or away from it"),
        ({"topology": "random", "nodes": 3, "density": 1.5}, "less than or equal to 1"),
    ],
)
def test_what_is_no_graph_is_refused(about: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        graph(**about)


def test_the_fault_of_an_edge_is_told_where_it_is() -> None:
    with pytest.raises(ValidationError) as caught:
        graph(edges=[[1, 2], [2, 3], [3, 4], [4, 2], [5, 6]])
    (fault,) = caught.value.errors()
    assert fault["loc"] == ("steps", 0, "graph", "edges", 3)


def test_five_thousand_edges_are_looked_at_in_a_moment() -> None:
    edges = [[one, other] for one in range(1, 101) for other in range(one + 1, 101)]
    assert len(graph(edges=edges).links) == 4950
    with pytest.raises(ValidationError, match="closes a circle"):
        graph(edges=[*edges[:-1], [100, 1]])


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"choices": []}, "at least 1 item"),
        ({"choices": ["a", "b", "a"]}, "the choice 'a' is named twice"),
        ({"choices": ["a", "done"]}, "'done' ends the step, and is no phase to choose"),
        ({"max": 101}, "less than or equal to 100"),
    ],
)
def test_what_is_no_directed_step_is_refused(about: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        direct(**about)


def test_a_directed_step_comes_to_a_choice_and_a_phase_a_turn() -> None:
    assert direct(max=7).most_phases(len) == 14


def test_both_load_again_from_what_they_are_dumped_as() -> None:
    steps = [graph(edges=[[1, 2]]), graph(topology="random", nodes=5), direct()]
    chain = Chain(name="some", steps=list(steps))
    dumped = json.dumps(chain.model_dump(mode="json", by_alias=True))
    assert Chain.model_validate(json.loads(dumped)) == chain
