"""Walking a chain: what is performed, in which order, and when a loop is over."""

import asyncio
from pathlib import Path

import pytest

from company.engine.effects import Effects
from company.engine.place import DONE, Outcome, Place
from company.engine.state import State
from company.errors import BudgetReached
from tests.support.chain_house import Act, House, writes
from warehouse.events import AnswerResult, CommitEnded, CommitResult
from warehouse.events.effect import ANSWER
from warehouse.journal.journal import Event


def loop(until: str, *steps: object, most: int = 3) -> dict[str, object]:
    return {"loop": {"name": "again", "max": most, "until": until, "steps": list(steps)}}


async def test_phases_are_performed_in_order_at_numbered_places(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.walk("one", "two")
    assert house.performed == house.ended == ["1.one", "2.two"]


async def test_a_loop_whose_condition_holds_is_not_entered(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.state.files["file"] = b"good"
    await house.walk(loop("good", "fix"))
    assert house.performed == []


async def test_a_loop_ends_between_two_steps_when_its_condition_holds(tmp_path: Path) -> None:
    house = House(tmp_path, {"review": writes(b"bad", b"good"), "modify": writes(b"better")})
    await house.walk(loop("good", "review", "modify"))
    assert house.performed == [
        "1.again/round-1/review",
        "1.again/round-1/modify",
        "1.again/round-2/review",
    ]


async def test_a_loop_never_exceeds_its_rounds(tmp_path: Path) -> None:
    house = House(tmp_path, {"fix": writes(b"1", b"2", b"3", b"4", b"5")})
    await house.walk(loop("good", "fix", most=3))
    assert len(house.performed) == 3


@pytest.mark.parametrize(("until", "told"), [("execution", True), ("good", False)])
async def test_a_loop_that_was_to_mend_and_did_not_is_told_about(
    tmp_path: Path, until: str, told: bool
) -> None:
    house = House(tmp_path, {"fix": writes(b"1", b"2")})
    house.state.files["file"] = b"0"
    await house.walk(loop(until, "fix", most=2))
    assert house.unsettled == ([("1.again", {"file": b"0"}, {"file": b"2"})] if told else [])


async def test_a_round_in_which_nobody_had_anything_to_do_is_the_last(tmp_path: Path) -> None:
    idle = iter([DONE, Outcome("skipped", "nothing to fix")])
    house = House(tmp_path, {"fix": lambda state: next(idle)})
    await house.walk(loop("good", "fix", most=9))
    assert len(house.performed) == 2


async def test_a_condition_chooses_between_two_ways(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.state.files["file"] = b"yes"
    await house.walk(
        {"when": {"if": "yes", "steps": ["a"], "else": ["b"]}},
        {"when": {"if": "no", "steps": ["c"], "else": ["d"]}},
        {"when": {"if": "no", "steps": ["e"]}},
    )
    assert house.performed == ["1.when/a", "2.when/d"]
    assert house.events("step.ended")[-1] == ("3.when", {"outcome": "skipped", "reason": "not: no"})


async def test_a_chain_within_a_chain_and_the_same_phase_twice_have_places_of_their_own(
    tmp_path: Path,
) -> None:
    house = House(tmp_path)
    await house.walk({"chain": "inner"}, chains={"inner": ["test", "fix", "test"]})
    assert house.performed == ["1.inner/test", "1.inner/fix", "1.inner/test~2"]


async def test_parallel_branches_do_not_see_each_other_and_are_merged_in_order(
    tmp_path: Path,
) -> None:
    seen: dict[str, set[str]] = {}

    def add(path: str) -> Act:
        def act(state: State) -> None:
            seen[path] = set(state.files)
            state.files[path] = path.encode()

        return act

    house = House(tmp_path, {"left": add("left.py"), "right": add("right.py")})
    house.state.files["base.py"] = b""
    await house.walk({"parallel": {"steps": ["left", "right"]}})
    assert seen == {"left.py": {"base.py"}, "right.py": {"base.py"}}
    assert set(house.state.files) == {"base.py", "left.py", "right.py"}


async def test_branches_that_change_the_same_file_are_told_about(tmp_path: Path) -> None:
    house = House(tmp_path, {"left": writes(b"left"), "right": writes(b"right")})
    await house.walk({"parallel": {"steps": ["left", "right"]}})
    assert house.state.files == {"file": b"right"}
    assert "right overwrote file" in house.events("note")[0][1]["text"]
    assert house.disputed == [("1.parallel", ["file"])]


async def test_branches_that_change_different_lines_of_a_file_are_merged(tmp_path: Path) -> None:
    house = House(tmp_path, {"left": writes(b"LEFT\nb\nc"), "right": writes(b"a\nb\nRIGHT")})
    house.state.files["file"] = b"a\nb\nc"
    await house.walk({"parallel": {"steps": ["left", "right"]}})
    assert house.state.files == {"file": b"LEFT\nb\nRIGHT"}
    assert "right and a parallel branch both changed file" in house.events("note")[0][1]["text"]
    assert house.disputed == [("1.parallel/by-lines", ["file"])]


async def test_a_recorded_run_whose_branches_overwrote_each_other_does_so_again(
    tmp_path: Path,
) -> None:
    house = House(tmp_path, {"left": writes(b"LEFT\nb\nc"), "right": writes(b"a\nb\nRIGHT")})
    house.state.files["file"] = b"a\nb\nc"
    past = [Event(1, "", "1.parallel/merge", CommitEnded(ordinal=0, result=CommitResult("", ())))]
    effects = Effects(house.journal, past)
    await house.walk({"parallel": {"steps": ["left", "right"]}}, effects=effects)
    assert house.state.files == {"file": b"a\nb\nRIGHT"}
    assert house.disputed == [("1.parallel", ["file"])]


async def test_when_a_branch_fails_the_others_finish_the_call_in_flight_and_no_more(
    tmp_path: Path,
) -> None:
    """A call that was made is paid for: its answer is recorded before the run stops."""
    house = House(tmp_path)
    effects = Effects(house.journal)
    in_flight, failed = asyncio.Event(), asyncio.Event()

    async def answer() -> AnswerResult:
        in_flight.set()
        await failed.wait()
        return AnswerResult("paid for")

    async def perform(name: str, place: Place, state: State) -> Outcome:
        if name == "costly":
            await in_flight.wait()
            asyncio.get_running_loop().call_soon(failed.set)
            raise BudgetReached("enough")
        await effects.perform(ANSWER, f"{place.where}/turn-1", {}, answer)
        await effects.perform(ANSWER, f"{place.where}/turn-2", {}, answer)
        return DONE

    house.perform = perform  # type: ignore[method-assign]
    with pytest.raises(BudgetReached, match="enough"):
        await house.walk({"parallel": {"steps": ["talk", "costly"]}}, effects=effects)
    asked = [where for where, _ in house.events("effect.started")]
    assert asked == ["1.parallel/talk/turn-1"]
    assert [data["result"] for _, data in house.events("effect.ended")] == [{"text": "paid for"}]


async def test_cancelled_from_outside_all_branches_end_at_once(tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def perform(name: str, place: Place, state: State) -> Outcome:
        begun.set()
        await asyncio.Event().wait()
        return DONE

    house = House(tmp_path)
    house.perform = perform  # type: ignore[method-assign]
    walking = asyncio.ensure_future(house.walk({"parallel": {"steps": ["left", "right"]}}))
    await begun.wait()
    walking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await walking


async def test_a_phase_that_was_skipped_or_failed_is_recorded_with_its_reason(
    tmp_path: Path,
) -> None:
    house = House(
        tmp_path,
        {
            "idle": lambda state: Outcome("skipped", "nothing to fix"),
            "wrong": lambda state: Outcome("failed", "unreadable"),
        },
    )
    await house.walk("idle", "wrong")
    assert house.events("step.ended") == [
        ("1.idle", {"outcome": "skipped", "reason": "nothing to fix"}),
        ("2.wrong", {"outcome": "failed", "reason": "unreadable"}),
    ]
