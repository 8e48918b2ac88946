"""A terminal in which there is room for next to nothing: a sentence says so, and nothing ends."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tui.app import Window
from tui.shell import TooSmallScreen
from warehouse.runs.folders import DEMOS

WATERFALL = DEMOS / "demo-waterfall"
TINY = [(1, 1), (20, 6), (39, 10), (40, 9)]
SMALL = [(40, 10), (60, 10), (40, 24)]
OPENERS = ["ctrl+p", "ctrl+t", "ctrl+o", "question_mark", "slash", "enter", "i", "b", "F", "x", "r"]
"""Keys that open a dialog, a list or a field, from the run screen or from the list of runs."""
MOVES = ["pagedown", "pageup", "end", "home", "down", "up", "tab", "j", "k", "enter"]


def text(pilot: Pilot[None]) -> str:
    strips = pilot.app.screen._compositor.render_strips()
    return " ".join(" ".join(strip.text for strip in strips).split())


async def test_where_there_is_no_room_a_sentence_says_so(tmp_path: Path) -> None:
    async with Window(tmp_path, WATERFALL).run_test(size=(20, 6)) as pilot:
        await pilot.press("ctrl+p", "pagedown")
        assert "too small: softhouse needs 40×10" in text(pilot)
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert not isinstance(pilot.app.screen, TooSmallScreen)
        assert "Conversation" in text(pilot)


async def test_a_dialog_that_was_open_is_there_again_when_there_is_room(tmp_path: Path) -> None:
    async with Window(tmp_path, WATERFALL).run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        opened = pilot.app.screen
        await pilot.resize_terminal(20, 6)
        await pilot.press("pagedown", "escape", "question_mark")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert pilot.app.screen is opened


@pytest.mark.slow
@pytest.mark.parametrize("run", [None, WATERFALL], ids=["the runs", "a run"])
@pytest.mark.parametrize("size", [*TINY, *SMALL], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_no_key_ends_the_window_however_small_it_is(
    tmp_path: Path, size: tuple[int, int], run: Path | None
) -> None:
    async with Window(tmp_path, run).run_test(size=size) as pilot:
        for opener in OPENERS:
            await pilot.press(opener, *MOVES, "escape", "escape")
            assert pilot.app.is_running, opener
