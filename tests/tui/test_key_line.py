"""The line of keys at the foot of a screen."""

from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui.panes.key_line import KeyLine
from tui.screens.help import HelpScreen
from tui.shell import Shell


class Part(Widget, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "mark", "Mark"),
        Binding("n", "hidden", "Hidden", show=False),
    ]
    marked = 0

    def action_mark(self) -> None:
        self.marked += 1


class Small(Shell):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"f{n}", "x", f"Long {n}") for n in range(5, 9)
    ]

    def compose(self) -> ComposeResult:
        yield Part()
        yield KeyLine()


def told(app: App[None]) -> str:
    return str(app.query_one(KeyLine).render())


async def test_it_tells_the_keys_that_work_where_the_focus_is() -> None:
    app = Small(theme="night")
    async with app.run_test(size=(100, 10)) as pilot:
        assert "m Mark" in told(app)
        assert "Hidden" not in told(app)
        app.screen.set_focus(None)
        await pilot.pause()
        assert "m Mark" not in told(app)


@pytest.mark.parametrize("width", [24, 40, 80])
async def test_help_keeps_its_place_however_little_room_there_is(width: int) -> None:
    app = Small(theme="night")
    async with app.run_test(size=(width, 10)):
        assert "? Help" in told(app)
        assert len(told(app)) <= width


async def test_an_action_with_several_keys_is_told_once() -> None:
    app = Small(theme="night")
    async with app.run_test(size=(100, 10)):
        assert told(app).count("Long") == 1


async def test_a_click_does_what_the_key_does() -> None:
    app = Small(theme="night")
    async with app.run_test(size=(100, 10)) as pilot:
        await pilot.click(KeyLine, offset=(told(app).index("Mark"), 0))
        assert app.query_one(Part).marked == 1
        await pilot.click(KeyLine, offset=(told(app).index("Help"), 0))
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)


async def test_nothing_is_mounted_however_often_the_keys_change() -> None:
    app = Small(theme="night")
    async with app.run_test(size=(100, 10)) as pilot:
        before = len(list(app.screen.walk_children()))
        for _ in range(5):
            app.screen.set_focus(None)
            await pilot.pause()
            app.screen.set_focus(app.query_one(Part))
            await pilot.pause()
        assert len(list(app.screen.walk_children())) == before
