"""A pane alone in a window, and what it asks the window for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from tests.support.waiting import PATIENCE
from tui.panes.lines_view import LinesView
from tui.panes.pane import TabbedPane
from tui.run_state.run_state import RunState
from warehouse.journal.journal import FILE_NAME, Event, read_events

P = TypeVar("P", bound=TabbedPane)


class PaneApp(App[None]):
    """One pane, and the messages that reached the window."""

    def __init__(self, pane: TabbedPane) -> None:
        super().__init__()
        self._pane = pane
        self.asked: list[Message] = []
        self.copied = ""

    def compose(self) -> ComposeResult:
        yield self._pane

    def copy_to_clipboard(self, text: str) -> None:
        self.copied = text

    def _note(self, message: Message) -> None:
        self.asked.append(message)

    on_open_file = on_open_commit = on_open_code = on_open_message = on_open_step = _note
    on_seek_to = _note


@dataclass
class OpenPane(Generic[P]):
    """A pane that is shown."""

    app: PaneApp
    pilot: Pilot[None]
    pane: P

    @property
    def view(self) -> LinesView:
        """The list on the tab that is shown."""
        tab = self.pane.query_one(f"#{self.pane.current}")
        return tab if isinstance(tab, LinesView) else tab.query_one(LinesView)

    @property
    def lines(self) -> list[str]:
        """The middle parts of all its lines."""
        return [self.view.lines.line(number).text for number in range(len(self.view.lines))]

    @property
    def screen(self) -> str:
        """What is on the screen, without colours."""
        rows = self.app.screen._compositor.render_strips()
        return "\n".join(row.text for row in rows)

    async def show(self, state: RunState) -> None:
        self.pane.show(state)
        await self.settle()

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is read and nothing is to be drawn."""
        async with asyncio.timeout(PATIENCE):
            await self.pilot.pause()
            while any(not worker.is_finished for worker in self.app.workers):
                await self.pilot.pause()
            await self.pilot.pause()


@asynccontextmanager
async def opened(
    pane: P, state: RunState, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[OpenPane[P]]:
    """The pane with the state in it, and the keys."""
    app = PaneApp(pane)
    async with app.run_test(size=size) as pilot:
        shown = OpenPane(app, pilot, pane)
        await shown.show(state)
        pane.focus_current()
        await shown.settle()
        yield shown


def state_of(run: Path | list[Event], position: int | None = None) -> RunState:
    """A run after so many of its events; after all of them, if none is said."""
    events = read_events(run / FILE_NAME) if isinstance(run, Path) else run
    state = RunState()
    state.add(events[:position])
    return state


def obeyed(screen: str) -> list[str]:
    """The characters of a screen that a terminal would obey; there are to be none."""
    controls = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n"}
    turning = {chr(code) for code in (0x202A, 0x202B, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068)}
    return [character for character in screen if character in controls | turning]
