"""What was done side by side: parallel steps, parts, and the nodes of a graph."""

from pathlib import Path

import pytest

from tests.support.histories import Made, write_history
from tests.support.journals import Step, ended, events
from warehouse.history.entries import StepBegan, StepEnded
from warehouse.history.transcript import transcript
from warehouse.history.why.branches import Branches
from warehouse.history.why.trace import trace
from warehouse.product.git.borrowed import borrowed

DIAMOND = {1: [], 2: [1], 3: [1], 4: [2, 3]}


def began(where: str, kind: str, **more: object) -> Step:
    return "step.started", where, {"name": where, "kind": kind, **more}


def branches(*steps: Step) -> Branches:
    entries = transcript(events(list(steps)))
    return Branches.of(each for each in entries if isinstance(each, StepBegan | StepEnded))


def diamond() -> Branches:
    nodes = [began(f"2.net/node-{n}", "node", after=after) for n, after in DIAMOND.items()]
    return branches(began("2.net", "graph"), *nodes)


@pytest.mark.parametrize(
    ("step", "other", "are_beside"),
    [
        ("node-2/from-1/refine", "node-1/from-start/refine", False),
        ("node-2/from-1/refine", "node-3/from-1/refine", True),
        ("node-4/from-2/refine", "node-1/from-start/refine", False),
        ("node-4/from-2/refine", "node-2/from-1/refine", False),
        ("node-4/from-2/refine", "node-3/from-1/refine", True),
        ("node-4/from-2/refine", "node-4/from-3/refine", True),
        ("node-4/from-2/refine", "node-4/from-2/critique", False),
        ("node-4/merge", "node-4/from-2/refine", False),
        ("node-4/merge", "node-3/from-1/refine", False),
        ("merge", "node-3/from-1/refine", False),
        ("merge", "node-4/merge", False),
    ],
)
def test_a_node_saw_what_led_to_it_and_nothing_else(
    step: str, other: str, are_beside: bool
) -> None:
    one, two = f"2.net/{step}/commit", f"2.net/{other}/commit"
    assert diamond().beside(one, two) is are_beside
    assert diamond().beside(two, one) is are_beside


def test_steps_outside_of_a_graph_are_beside_none_of_its_nodes() -> None:
    assert not diamond().beside("1.coding/commit", "2.net/node-2/from-1/refine/commit")
    assert not diamond().beside("2.network/node-2", "2.net/node-3")


@pytest.mark.parametrize("kind", ["parallel", "each"])
def test_parts_do_not_see_each_other(kind: str) -> None:
    both = branches(began("2.team", kind))
    assert both.beside("2.team/part-1/code/commit", "2.team/part-2/code/commit")
    assert not both.beside("2.team/part-1/code/commit", "2.team/part-1/check/commit")


def test_steps_of_any_kind_that_overlapped_do_not_see_each_other() -> None:
    steps = began("2.race", "race"), began("2.race/a", "phase"), began("2.race/b", "phase")
    both = branches(*steps)
    assert both.beside("2.race/a/commit", "2.race/b/commit")
    assert not both.beside("1.coding/commit", "2.race/b/commit")


def test_steps_that_follow_each_other_see_what_was_done() -> None:
    steps = began("2.all", "chain"), began("2.all/a", "phase"), ended("2.all/a")
    assert not branches(*steps, began("2.all/b", "phase")).beside("2.all/a/x", "2.all/b/x")


@pytest.mark.parametrize("after", [None, "x", [10**9], [-1], [["x"]], [2]])
def test_an_edited_journal_disturbs_nothing(after: object) -> None:
    odd = branches(began("2.net/node-2", "node", after=after), began("node-1", "node"))
    assert not odd.beside("1.coding/commit", "2.net/node-2/from-1/refine/commit")


def test_a_line_of_a_node_is_told_from_what_the_node_saw(tmp_path: Path) -> None:
    """Node 3 commits last, and brings back what node 2 had changed without its knowing."""
    made = [
        Made({"a.py": "a\nb\nc\n"}, "1.coding/commit"),
        Made({"a.py": "a\nONE\nc\n"}, "2.net/node-1/from-start/refine/commit"),
        Made({"a.py": "TWO\nONE\nc\n"}, "2.net/node-2/from-1/refine/commit"),
        Made({"a.py": "a\nONE\nTHREE\n"}, "2.net/node-3/from-1/refine/commit"),
    ]
    write_history(tmp_path / "p", made)
    with borrowed(tmp_path / "p") as source:
        lines = trace(source, tmp_path / "p", "a.py", diamond()).lines
    assert [line.origin.step.split("/from")[0] for line in lines] == [
        "1.coding/commit", "2.net/node-1", "2.net/node-3",
    ]  # fmt: skip
