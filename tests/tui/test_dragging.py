"""The mouse dragged over whatever the window shows: text is selected and copied, and nothing ends."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tui.app import Window
from warehouse.runs.folders import DEMOS

WATERFALL = DEMOS / "demo-waterfall"
SIZES = [(20, 8), (80, 24), (120, 40)]
VIEWS: Mapping[str, Sequence[str]] = {
    "conversation, found": ["2", "slash", *"word", "enter"],
    "conversation": ["2", "escape"],
    "files": ["3"],
    "code": ["l"],
    "diff": ["l"],
    "chain": ["1"],
    "output": ["4"],
    "git": ["l"],
    "events": ["l"],
    "cost": ["l"],
}
"""What is shown after which keys, one after the other."""
DRAGS = 4


async def drag(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> str:
    """What is selected after a drag from one cell to another, while the button is down."""
    await pilot.mouse_down(offset=start)
    await pilot.hover(offset=end)
    pilot.app.screen._compositor.render_strips()
    assert isinstance(pilot.app, Window)
    selected = pilot.app.selected_text()
    await pilot.mouse_up(offset=end)
    return selected


async def test_a_message_with_an_empty_row_is_selected_and_copied(tmp_path: Path) -> None:
    async with Window(tmp_path, WATERFALL).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        selected = await drag(pilot, (34, 3), (60, 30))
        assert "" in selected.splitlines(), "this is about a message with an empty row"
        await pilot.press("ctrl+c")
        assert pilot.app.clipboard == selected


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_no_drag_ends_the_window(tmp_path: Path, size: tuple[int, int]) -> None:
    chance = random.Random(str(size))
    columns, rows = size
    async with Window(tmp_path, WATERFALL).run_test(size=size) as pilot:
        await pilot.pause()
        for view, keys in VIEWS.items():
            await pilot.press(*keys)
            for _ in range(DRAGS):
                ends = [(chance.randrange(columns), chance.randrange(rows)) for _ in range(2)]
                await drag(pilot, ends[0], ends[1])
                assert pilot.app.is_running, f"{view}: from {ends[0]} to {ends[1]}"
