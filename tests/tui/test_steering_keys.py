"""Steering a company at work with the keys of the run screen, and leaving the window meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.scripted_provider import ScriptedProvider
from tests.support.steering import Hold, Steered, chain_of, steered
from tui.app import Window
from tui.panes.top_line import TopLine
from tui.screens.fork import ForkScreen
from tui.screens.limits import BudgetScreen
from tui.screens.questions import ConfirmScreen, QuitScreen
from tui.screens.run import RunScreen
from tui.screens.say import AnswerScreen, SayScreen
from warehouse.errors import SofthouseError
from warehouse.events.conversion import as_json


@dataclass
class Watched:
    """A company at work, held in its first call, and the window on it."""

    run: Steered
    window: Window
    pilot: Pilot[None]
    first: Hold
    provider: ScriptedProvider

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def look(self) -> RunScreen:
        """The run screen, brought up to the journal."""
        screen = next(each for each in self.window.screen_stack if isinstance(each, RunScreen))
        screen.look_now()
        await self.pilot.pause()
        return screen


@asynccontextmanager
async def watched(tmp_path: Path, *, began_here: bool = True) -> AsyncIterator[Watched]:
    chain_of(tmp_path, one={}, two={}, three={})
    first = Hold("one is done")
    async with (
        ScriptedProvider([first, "two is done", "three is done"]) as provider,
        steered(tmp_path, provider) as run,
    ):
        await first.asked.wait()
        begun = [run.folder] if began_here else []
        window = Window(run.folder.parent, run.folder, theme="night", begun=begun)
        async with window.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            yield Watched(run, window, pilot, first, provider)
            first.let_go()


async def test_p_pauses_the_company_and_lets_it_go_on(tmp_path: Path) -> None:
    async with watched(tmp_path) as w:
        await w.press("p")
        await w.run.until("run.paused")
        screen = await w.look()
        assert screen.state.now.paused
        assert "paused" in str(screen.query_one(TopLine).render())
        await w.press("p")
        await w.run.until("run.continued")


async def test_p_goes_on_also_while_the_window_shows_the_past(tmp_path: Path) -> None:
    async with watched(tmp_path) as w:
        await w.press("p")
        await w.run.until("run.paused")
        await w.look()
        await w.press("0", "p")
        await w.run.until("run.continued")


async def test_s_takes_one_phase(tmp_path: Path) -> None:
    async with watched(tmp_path) as w:
        await w.press("p")
        await w.run.until("run.paused")
        await w.look()
        w.first.let_go()
        await w.press("s")
        await w.run.until("run.paused", times=2)
        assert len(w.provider.calls) <= 2


async def test_x_stops_the_run_only_when_asked_twice(tmp_path: Path) -> None:
    async with watched(tmp_path) as w:
        await w.press("x")
        assert isinstance(w.window.screen, ConfirmScreen)
        await w.press("escape")
        assert not w.run.kinds("run.ended")
        await w.press("x", "y")
        [ended] = await w.run.until("run.ended")
        assert as_json(ended.data)["status"] == "stopped"
        with pytest.raises(SofthouseError):
            await w.run.end()
        screen = await w.look()
        screen.playback.look_who_works()
        await w.press("p")
        assert "Nobody works on this run" in next(reversed(list(w.window._notifications))).message


async def test_i_says_something_that_the_role_reads(tmp_path: Path) -> None:
    async with watched(tmp_path) as w:
        await w.press("i")
        assert isinstance(w.window.screen, SayScreen)
        await w.press("shift+tab", "down", "up", "enter", *"be brief", "ctrl+s")
        await w.pilot.pause()
        assert not isinstance(w.window.screen, SayScreen)
        await w.run.until("interjection")
        w.first.let_go()
        await w.run.end()
        assert "be brief" in str(w.provider.calls[1].body)


async def test_b_shows_the_limits(tmp_path: Path) -> None:
    async with watched(tmp_path) as w:
        await w.press("b")
        assert isinstance(w.window.screen, BudgetScreen)


async def test_f_forks_at_the_step_that_is_shown(tmp_path: Path) -> None:
    async with watched(tmp_path) as w:
        await w.press("F")
        assert isinstance(w.window.screen, ForkScreen)
        assert w.window.screen.query_one("#at").value == "1.one"  # type: ignore[attr-defined]


async def test_a_answers_only_where_somebody_waits(tmp_path: Path) -> None:
    async with watched(tmp_path) as w:
        await w.press("a")
        assert not isinstance(w.window.screen, AnswerScreen)
        [toast] = w.window._notifications
        assert toast.message == "Nobody waits for an answer of yours."


async def test_leaving_asks_what_becomes_of_a_run_begun_here(tmp_path: Path) -> None:
    async with watched(tmp_path) as w:
        await w.press("ctrl+q")
        assert isinstance(w.window.screen, QuitScreen)
        await w.press("escape")
        assert isinstance(w.window.screen, RunScreen), "staying is possible"
        await w.press("ctrl+q", "l")
        assert not w.window.is_running
        assert not w.run.kinds("run.ended"), "and left alone it goes on"


async def test_leaving_can_stop_the_run(tmp_path: Path) -> None:
    async with watched(tmp_path) as w:
        await w.press("ctrl+q", "x")
        assert not w.window.is_running
        [ended] = await w.run.until("run.ended")
        assert as_json(ended.data)["status"] == "stopped"


async def test_leaving_never_asks_about_nor_stops_a_run_begun_elsewhere(tmp_path: Path) -> None:
    async with watched(tmp_path, began_here=False) as w:
        await w.press("ctrl+q")
        assert not w.window.is_running
        w.first.let_go()
        assert (await w.run.end()).summary.status in ("unverified", "failed")


async def test_what_is_typed_after_i_goes_to_who_is_next(tmp_path: Path) -> None:
    async with watched(tmp_path) as w:
        screen = await w.look()
        speaker = next(iter(screen.state.staff.speaking))
        await w.press("i", *"jog", "ctrl+s")
        [told] = await w.run.until("interjection")
        assert (as_json(told.data)["role"], as_json(told.data)["text"]) == (speaker, "jog")
