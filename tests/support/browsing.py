"""The run browser alone in a window, and what it asks the window for."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from textual.app import App
from textual.keys import _character_to_key
from textual.pilot import Pilot

from tests.support.waiting import PATIENCE
from tui.browser.run_row import RunRow
from tui.panes.run_table import RunTable
from tui.screens.home import HomeScreen

NOW = 1_767_400_000.0
"""2026-01-03 00:26:40 UTC, in seconds since 1970: a day after the runs of `journals`."""


class BrowserApp(App[None]):
    """A window that remembers which runs it was asked to show."""

    def __init__(self, products: Path) -> None:
        super().__init__()
        self._products = products
        self.left: Path | None = None
        self.opened: list[Path] = []
        self.begun: list[Path] = []

    def on_mount(self) -> None:
        self.push_screen(HomeScreen(self._products, clock=lambda: NOW))

    def open_run(self, folder: Path) -> None:
        self.left = folder
        self.opened.append(folder)

    def began_here(self, folder: Path) -> None:
        self.begun.append(folder)


@dataclass
class Browser:
    """An open browser."""

    app: BrowserApp
    pilot: Pilot[None]
    home: HomeScreen

    @property
    def table(self) -> RunTable:
        return self.home.query_one(RunTable)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for what a thread or a process does."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "it never came about"
            await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, words: str) -> None:
        """Press the keys of some words."""
        keys = (_character_to_key(character) for character in words)
        await self.press(*keys)

    @property
    def names(self) -> list[str]:
        """The names of the runs of the folder that are listed, from the top."""
        lines = self.table.roster.lines
        return [line.name for line in lines if isinstance(line, RunRow) and not line.is_demo]

    def row(self, number: int) -> str:
        """A line of the table, as it is drawn."""
        return self.table.lines.line(number).text

    @property
    def screen_text(self) -> str:
        """Everything on the screen, line by line."""
        size = self.app.screen.size
        strips = self.app.screen._compositor.render_strips(size)
        return "\n".join(strip.text for strip in strips)

    @property
    def said(self) -> str:
        """What was said in passing."""
        return "\n".join(note.message for note in self.app._notifications)


def names_in(folder: Path) -> list[str]:
    """The names of what a folder holds."""
    return sorted(path.name for path in folder.iterdir())


@asynccontextmanager
async def browsing(products: Path, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Browser]:
    """A browser that has read all runs of a folder."""
    app = BrowserApp(products)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        home = app.screen
        assert isinstance(home, HomeScreen)
        browser = Browser(app, pilot, home)
        await browser.until(lambda: not home._is_new_here)
        yield browser
