"""Walking a graph: what each node sees, what is merged, and what the chain goes on with."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from company.engine.effects import Effects
from company.engine.place import DONE, Outcome, Place
from company.engine.state import State
from company.errors import BudgetReached
from tests.support.chain_house import House
from tests.support.waiting import PATIENCE
from warehouse.events import LineNoted

EDGES_OF_A_DIAMOND = [[1, 2], [1, 3], [2, 4], [3, 4]]


def graph(*edges: list[int], **about: Any) -> dict[str, Any]:
    step = {"name": "network", "refine": "refine", "merge": "merge", **about}
    return {"graph": {**step, "edges": list(edges)} if edges else step}


class Network(House):
    """Nodes that leave their places in the file they refine, and a merge that joins all versions."""

    def __init__(self, folder: Path, **acts: Callable[[str, State], Any]) -> None:
        super().__init__(folder)
        self.state.files["file"] = b""
        self.of_place = acts

    async def perform(self, name: str, place: Place, state: State) -> Outcome:
        self.performed.append(place.where)
        act = self.of_place.get(name) or getattr(self, f"_{name}")
        result = act(place.where, state)
        return result if isinstance(result, Outcome) else DONE

    def _refine(self, where: str, state: State) -> None:
        node = where.split("node-")[1].split("/")[0]
        state.files["file"] += node.encode()

    def _merge(self, where: str, state: State) -> None:
        state.files["file"] = b"(" + b"|".join(v["file"] for v in state.versions) + b")"


async def test_nodes_in_a_line_refine_one_after_another(tmp_path: Path) -> None:
    house = Network(tmp_path)
    await house.walk(graph(topology="chain", nodes=3))
    assert house.performed == [
        "1.network/node-1/from-start/refine",
        "1.network/node-2/from-1/refine",
        "1.network/node-3/from-2/refine",
    ]
    assert house.state.files == {"file": b"123"}
    assert house.disputed == []


async def test_what_comes_together_is_merged_and_each_way_is_refined_by_itself(
    tmp_path: Path,
) -> None:
    house = Network(tmp_path)
    await house.walk(graph(*EDGES_OF_A_DIAMOND))
    assert house.state.files == {"file": b"(124|134)"}
    assert house.performed[-1] == "1.network/node-4/merge"
    assert house.disputed == [("1.network", ["file"])]


async def test_what_the_last_nodes_come_to_is_merged_at_the_end(tmp_path: Path) -> None:
    house = Network(tmp_path)
    await house.walk(graph(topology="star", nodes=4))
    assert house.state.files == {"file": b"(12|13|14)"}
    assert house.performed[-1] == "1.network/merge"


async def test_versions_that_are_alike_are_not_merged(tmp_path: Path) -> None:
    def same(where: str, state: State) -> None:
        state.files["file"] = b"same"

    house = Network(tmp_path, refine=same)
    await house.walk(graph(topology="mesh", nodes=4))
    assert not any("merge" in where for where in house.performed)
    assert house.state.files == {"file": b"same"}


async def test_a_merge_sees_each_different_version_once(tmp_path: Path) -> None:
    seen: list[tuple[dict[str, bytes], ...]] = []

    def even(where: str, state: State) -> None:
        state.files["file"] = str(int(where.split("node-")[1].split("/")[0]) % 2).encode()

    house = Network(tmp_path, refine=even, merge=lambda where, state: seen.append(state.versions))
    await house.walk(graph(topology="star", nodes=5))
    assert seen == [({"file": b"0"}, {"file": b"1"})]
    assert house.state.files == {"file": b"0"}
    assert house.state.versions == ()


async def test_where_nothing_is_merged_the_first_version_holds_and_a_note_says_so(
    tmp_path: Path,
) -> None:
    house = Network(tmp_path, merge=lambda where, state: Outcome("failed", "unreadable"))
    await house.walk(graph(*EDGES_OF_A_DIAMOND))
    assert house.state.files == {"file": b"124"}
    assert house.events("note") == [
        (
            "1.network/node-4",
            {"text": "Nothing was merged; it goes on with the version of node 2."},
        )
    ]


async def test_a_node_that_fails_hands_on_what_it_was_given(tmp_path: Path) -> None:
    def refine(where: str, state: State) -> Outcome:
        if "node-2" in where:
            return Outcome("failed", "unreadable")
        Network._refine(house, where, state)
        return DONE

    house = Network(tmp_path, refine=refine)
    await house.walk(graph(topology="chain", nodes=3))
    assert house.state.files == {"file": b"13"}


async def test_the_critic_of_a_way_is_heard_there_and_nowhere_else(tmp_path: Path) -> None:
    heard: dict[str, object] = {}

    def critique(where: str, state: State) -> None:
        state.last_verdict = {"approved": False, "comments": [where]}

    def refine(where: str, state: State) -> None:
        heard[where] = (state.last_verdict or {}).get("comments")
        Network._refine(house, where, state)

    house = Network(tmp_path, critique=critique, refine=refine)
    house.state.last_verdict = earlier = {"approved": False, "comments": ["long ago"]}
    await house.walk(graph(topology="star", nodes=3, critique="critique"))
    assert heard == {
        where: [where.replace("refine", "critique")]
        for where in (
            "1.network/node-1/from-start/refine",
            "1.network/node-2/from-1/refine",
            "1.network/node-3/from-1/refine",
        )
    }
    assert house.state.last_verdict is earlier


async def test_what_a_critic_approves_is_handed_on_as_it_is(tmp_path: Path) -> None:
    def critique(where: str, state: State) -> None:
        state.last_verdict = {"approved": "node-2" in where, "comments": []}

    house = Network(tmp_path, critique=critique)
    await house.walk(graph(topology="chain", nodes=3, critique="critique"))
    assert house.state.files == {"file": b"13"}


async def test_without_a_program_there_is_nothing_to_refine(tmp_path: Path) -> None:
    house = Network(tmp_path)
    house.state.files.clear()
    await house.walk(graph(topology="chain", nodes=3))
    assert house.performed == []
    assert house.events("step.ended") == [
        ("1.network", {"outcome": "skipped", "reason": "there is no program yet"})
    ]


async def test_nodes_that_do_not_wait_for_each_other_work_at_the_same_time(tmp_path: Path) -> None:
    both_are_here = asyncio.Barrier(2)

    class Simultaneous(Network):
        async def perform(self, name: str, place: Place, state: State) -> Outcome:
            if "node-2" in place.where or "node-3" in place.where:
                await both_are_here.wait()
            return await super().perform(name, place, state)

    house = Simultaneous(tmp_path)
    async with asyncio.timeout(PATIENCE):
        await house.walk(graph(*EDGES_OF_A_DIAMOND[:2]))
    assert house.state.files == {"file": b"(12|13)"}


async def test_a_node_waits_for_all_that_lead_to_it_and_for_no_other(tmp_path: Path) -> None:
    last_of_three = asyncio.Event()

    class Slow(Network):
        async def perform(self, name: str, place: Place, state: State) -> Outcome:
            if "node-2" in place.where:
                await last_of_three.wait()
            outcome = await super().perform(name, place, state)
            if "node-4" in place.where:
                last_of_three.set()
            return outcome

    house = Slow(tmp_path)
    async with asyncio.timeout(PATIENCE):
        await house.walk(graph([1, 2], [1, 3], [3, 4], [2, 5], [4, 5]))
    assert house.performed.index("1.network/node-4/from-3/refine") < house.performed.index(
        "1.network/node-2/from-1/refine"
    )
    assert house.state.files == {"file": b"(125|1345)"}


async def test_when_the_budget_is_reached_in_one_node_no_other_begins(tmp_path: Path) -> None:
    house = Network(tmp_path)

    async def perform(name: str, place: Place, state: State) -> Outcome:
        house.performed.append(place.where)
        if "node-2" in place.where:
            raise BudgetReached("enough")
        return DONE

    house.perform = perform  # type: ignore[method-assign]
    with pytest.raises(BudgetReached, match="enough"):
        await house.walk(graph(*EDGES_OF_A_DIAMOND, [4, 5]), effects=Effects(house.journal))
    assert {where.split("/")[1] for where in house.performed} == {"node-1", "node-2", "node-3"}


async def test_cancelled_from_outside_all_nodes_end_at_once(tmp_path: Path) -> None:
    begun = asyncio.Event()

    class Endless(Network):
        async def perform(self, name: str, place: Place, state: State) -> Outcome:
            if "node-1/" not in place.where:
                begun.set()
                await asyncio.Event().wait()
            return await super().perform(name, place, state)

    house = Endless(tmp_path)
    walking = asyncio.ensure_future(house.walk(graph(*EDGES_OF_A_DIAMOND)))
    await begun.wait()
    walking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await walking
    assert house.performed == ["1.network/node-1/from-start/refine"]


async def test_nodes_and_ways_are_told_with_who_hands_on_to_whom(tmp_path: Path) -> None:
    house = Network(tmp_path)
    await house.walk(graph([1, 2]))
    told = [
        (where, data["kind"], data.get("title")) for where, data in house.events("step.started")
    ]
    assert told == [
        ("1.network", "graph", None),
        ("1.network/node-1", "node", "Node 1"),
        ("1.network/node-1/from-start", "edge", "From the start"),
        ("1.network/node-1/from-start/refine", "phase", "Refine"),
        ("1.network/node-2", "node", "Node 2"),
        ("1.network/node-2/from-1", "edge", "From node 1"),
        ("1.network/node-2/from-1/refine", "phase", "Refine"),
    ]
    after = {
        where: data["after"] for where, data in house.events("step.started") if "after" in data
    }
    assert after == {"1.network/node-1": [], "1.network/node-2": [1]}


async def test_a_graph_in_a_round_counts_as_work(tmp_path: Path) -> None:
    house = Network(tmp_path)
    loop = {"name": "again", "max": 2, "until": "never", "steps": [graph([1, 2])]}
    await house.walk({"loop": loop})
    assert house.state.files == {"file": b"1212"}
    assert house.state.phases_done == 4


async def test_what_nodes_note_is_kept_in_the_order_of_the_nodes(tmp_path: Path) -> None:
    """Whoever was first: node 3 notes before node 2 here."""
    is_noted = asyncio.Event()

    class Noting(Network):
        async def perform(self, name: str, place: Place, state: State) -> Outcome:
            outcome = await super().perform(name, place, state)
            if "node-2" in place.where:
                await is_noted.wait()
            state.notebook.append(LineNoted("programmer", f"at {place.where}"))
            if "node-3" in place.where:
                is_noted.set()
            return outcome

    house = Noting(tmp_path)
    house.state.notebook.append(LineNoted("cto", "before"))
    await house.walk(graph(*EDGES_OF_A_DIAMOND[:2]))
    assert [line.text.removeprefix("at 1.network/") for line in house.state.notebook] == [
        "before",
        "node-1/from-start/refine",
        "node-2/from-1/refine",
        "node-3/from-1/refine",
        "merge",
    ]
