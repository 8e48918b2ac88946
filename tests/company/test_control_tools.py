"""Signals reach a role with tools between two of its calls, not only between phases."""

import os
from pathlib import Path
from typing import Any

import pytest

from company.cards.company_card import RunLimits
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import BudgetReached, Interrupted
from company.remote.commands import GoOn, Pause, Raise, Say, Stop
from tests.support.hands import DONE, PROGRAM, call, company_with_hands
from tests.support.houses import prompts
from tests.support.left_behind import descendants
from tests.support.scripted_provider import ScriptedProvider
from tests.support.steering import Hold, steered
from warehouse.events import ToolStarted
from warehouse.journal.journal import FILE_NAME, Event, read_events

LIST, SEARCH = call("list"), call("search", pattern="n")


def is_call(event: Event) -> bool:
    return isinstance(event.data, ToolStarted)


def tools_of(events: list[Event]) -> list[str]:
    return [event.data.request.tool for event in events if isinstance(event.data, ToolStarted)]


async def test_a_pause_holds_up_the_next_call_of_a_tool(tmp_path: Path) -> None:
    company_with_hands(tmp_path / "cards")
    first = Hold(PROGRAM + LIST)
    async with (
        ScriptedProvider([first, DONE]) as provider,
        steered(tmp_path, provider) as run,
    ):
        await first.asked.wait()
        run.ask(Pause())
        await run.until("run.paused")
        first.let_go()
        await run.until("effect.ended")
        run.ask(Say("maker", "hurry"))
        await run.until("interjection")
        assert tools_of(run.events) == []
        run.ask(GoOn())
        await run.end()
    assert tools_of(run.events) == ["edit", "list"]


async def test_what_is_said_is_in_the_role_s_next_prompt(tmp_path: Path) -> None:
    company_with_hands(tmp_path / "cards")
    first = Hold(PROGRAM + LIST)
    async with (
        ScriptedProvider([first, SEARCH, DONE]) as provider,
        steered(tmp_path, provider) as run,
    ):
        await first.asked.wait()
        run.ask(Say("maker", "Call it twice."))
        await run.until("interjection")
        first.let_go()
        await run.end()
    heard = ["Call it twice." in prompt[-1] for prompt in prompts(provider)]
    assert heard == [False, True, True]
    assert "main.py (4 lines)" in prompts(provider)[1][-1]


async def test_a_limit_stops_between_two_calls_and_nothing_is_done_twice(tmp_path: Path) -> None:
    company_with_hands(tmp_path / "cards")
    first = Hold(PROGRAM + LIST)
    async with ScriptedProvider([first, SEARCH, DONE]) as provider:
        async with steered(tmp_path, provider) as run:
            await first.asked.wait()
            run.ask(Raise(calls=1))
            await run.until("run.limits")
            first.let_go()
            with pytest.raises(BudgetReached):
                await run.end()
        assert tools_of(run.events) == ["edit", "list"]
        async with open_resources("none") as resources:
            again = Run.reopen(run.folder, resources, limits=RunLimits(calls=9))
            await again.work()
    assert tools_of(read_events(run.folder / FILE_NAME)) == ["edit", "list", "search"]
    assert len(provider.calls) == 3


async def test_a_stop_ends_a_command_that_would_never_end(tmp_path: Path) -> None:
    company_with_hands(tmp_path / "cards")
    before = descendants(os.getpid())
    endless = call("run", command="sleep 60 & sleep 60", seconds=60)
    replies: list[Any] = [PROGRAM + endless, DONE]
    async with (
        ScriptedProvider(replies) as provider,
        steered(tmp_path, provider, sandbox="bubblewrap") as run,
    ):
        await run.until_there_are(is_call, 2)
        run.ask(Stop())
        with pytest.raises(Interrupted):
            await run.end()
    assert descendants(os.getpid()) <= before
    assert tools_of(run.events) == ["edit", "run"]
