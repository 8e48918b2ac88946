"""A run is paused, goes on, takes a step: nothing begins meanwhile, and the time does not count."""

import asyncio
import time
from datetime import datetime
from pathlib import Path

import pytest

from company.cards.company_card import RunLimits
from company.engine.budget import Budget
from company.engine.signals.gate import Gate
from company.errors import BudgetReached
from company.remote.commands import GoOn, Pause, Raise, Say, Step
from tests.support.houses import prompts
from tests.support.scripted_provider import Rule, ScriptedProvider
from tests.support.steering import FILES, PROGRAM, Hold, chain_of, steered
from warehouse.journal.journal import Event, Journal


async def test_a_call_in_flight_is_finished_and_nothing_further_begins(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES}, manual={})
    first = Hold(PROGRAM)
    async with (
        ScriptedProvider([first, "a manual"]) as provider,
        steered(tmp_path, provider) as run,
    ):
        await first.asked.wait()
        run.ask(Pause())
        await run.until("run.paused")
        first.let_go()
        await run.until("effect.ended")
        await run.until("deliverable")
        begun = run.kinds("effect.started")
        run.ask(Say("programmer", "hurry"))
        await run.until("interjection")
        assert run.kinds("effect.started") == begun == ["effect.started"]
        run.ask(GoOn())
        ended = await run.end()
    assert run.kinds("run.paused", "run.continued") == ["run.paused", "run.continued"]
    assert ended.summary.files == ["main.py"]
    assert len(provider.calls) == 2


async def test_the_time_of_a_pause_is_not_in_the_time_of_the_run(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES}, manual={})
    first = Hold(PROGRAM)
    async with (
        ScriptedProvider([first, "a manual"]) as provider,
        steered(tmp_path, provider) as run,
    ):
        await first.asked.wait()
        run.ask(Pause())
        (paused,) = await run.until("run.paused")
        await asyncio.sleep(0.5)  # the pause itself
        first.let_go()
        run.ask(GoOn())
        (went_on,) = await run.until("run.continued")
        ended = await run.end()
    pause, whole = _between(paused, went_on), _between(run.events[0], run.events[-1])
    assert pause >= 0.5
    assert ended.summary.seconds == pytest.approx(whole - pause)


def _between(one: Event, other: Event) -> float:
    return (datetime.fromisoformat(other.at) - datetime.fromisoformat(one.at)).total_seconds()


async def test_the_time_of_a_pause_is_not_counted_against_a_limit(tmp_path: Path) -> None:
    budget = Budget(RunLimits(seconds=60.0))
    gate = Gate(Journal.create(tmp_path / "journal.jsonl"), budget)
    gate.shut()
    left = budget.seconds_left()
    await asyncio.sleep(0.1)
    assert budget.seconds_left() == left
    opened = time.monotonic()
    gate.open()
    now_left = budget.seconds_left()
    assert left is not None
    assert now_left is not None
    assert left - now_left <= time.monotonic() - opened


async def test_pausing_twice_and_going_on_twice_is_the_same_as_once(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES}, manual={})
    first = Hold(PROGRAM)
    async with (
        ScriptedProvider([first, "a manual"]) as provider,
        steered(tmp_path, provider) as run,
    ):
        await first.asked.wait()
        for command in (GoOn(), Pause(), Pause(), Raise(calls=9)):
            run.ask(command)
        await run.until("run.limits")
        first.let_go()
        run.ask(GoOn())
        run.ask(GoOn())
        await run.end()
    assert run.kinds("run.paused", "run.continued") == ["run.paused", "run.continued"]


async def test_a_step_goes_as_far_as_the_next_phase_with_something_to_do(tmp_path: Path) -> None:
    idle = {"sees": ["comments"], "prompt": "Mind {{ comments }}"}
    chain_of(tmp_path, work={"yields": FILES}, idle=idle, manual={}, credits={})
    first = Hold(PROGRAM)
    replies = [first, "a manual", "credits"]
    async with ScriptedProvider(replies) as provider, steered(tmp_path, provider) as run:
        await first.asked.wait()
        run.ask(Pause())
        await run.until("run.paused")
        first.let_go()
        for times, (place, calls) in enumerate(
            [("3.manual", 1), ("4.credits", 2), ("handover", 3)], start=2
        ):
            run.ask(Step())
            await run.until("run.paused", times)
            assert len(provider.calls) == calls
            begun = [e.where for e in run.events if e.kind == "step.started"]
            assert begun[-1] == (place if place != "handover" else "4.credits")
        run.ask(GoOn())
        await run.end()


async def test_a_run_that_is_not_paused_takes_a_step_and_pauses(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES}, manual={})
    first = Hold(PROGRAM)
    async with (
        ScriptedProvider([first, "a manual"]) as provider,
        steered(tmp_path, provider) as run,
    ):
        await first.asked.wait()
        run.ask(Step())
        run.ask(Raise(calls=9))
        await run.until("run.limits")
        first.let_go()
        await run.until("run.paused")
        assert len(provider.calls) == 1
        run.ask(GoOn())
        await run.end()
    assert prompts(provider)[1][-1].startswith("Do manual")


async def test_both_branches_of_a_parallel_step_wait(tmp_path: Path) -> None:
    talk = {"talk": {"instructor": "cto", "assistant": "programmer", "turns": 2}}
    side_by_side = {"parallel": {"steps": ["one", "two"]}}
    chain_of(tmp_path, "work", side_by_side, work={"yields": FILES}, one=talk, two=talk)
    one, two = Hold("1"), Hold("2")
    rules = [
        Rule(["AGREED"], user="This is the reply"),
        Rule([PROGRAM], user="Do work"),
        Rule([one], user="Do one"),
        Rule([two], user="Do two"),
    ]
    async with ScriptedProvider(rules=rules) as provider, steered(tmp_path, provider) as run:
        await one.asked.wait()
        await two.asked.wait()
        run.ask(Pause())
        await run.until("run.paused")
        one.let_go()
        two.let_go()
        await run.until_there_are(
            lambda e: e.kind == "effect.ended" and e.where.endswith("turn-1"), times=3
        )
        run.ask(Say("programmer", "hurry"))
        await run.until("interjection")
        assert len(provider.calls) == 3
        run.ask(GoOn())
        await run.end()
    assert len(provider.calls) == 5


async def test_a_time_limit_that_was_lowered_in_a_pause_holds_afterwards(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES}, manual={})
    first = Hold(PROGRAM)
    async with (
        ScriptedProvider([first, "a manual"]) as provider,
        steered(tmp_path, provider) as run,
    ):
        await first.asked.wait()
        run.ask(Pause())
        run.ask(Raise(seconds=0.01))
        await run.until("run.limits")
        first.let_go()
        await run.until("deliverable")
        run.ask(GoOn())
        with pytest.raises(BudgetReached):
            await run.end()
    assert len(provider.calls) == 1
