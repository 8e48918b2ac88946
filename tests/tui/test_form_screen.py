"""A form: what it is for is done once, whatever is pressed meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from textual.app import App
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from tui.screens.form import GOES_ON, FormScreen
from warehouse.errors import SofthouseError


class SlowForm(FormScreen[str]):
    """Takes as long as a test wants it to."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = asyncio.Event()
        self.begun = 0
        self.problem = ""
        self.results: list[str] = []

    def fields(self) -> Iterator[Widget]:
        yield Input(id="words")

    async def perform(self) -> str:
        self.begun += 1
        await self.let_go.wait()
        if self.problem:
            raise SofthouseError(self.problem)
        return "what came of it"

    def done(self, result: str) -> None:
        self.results.append(result)


@dataclass
class OpenForm:
    """A form in front of an empty screen."""

    pilot: Pilot[None]
    form: SlowForm = field(default_factory=SlowForm)

    @property
    def told(self) -> list[str]:
        """What was said in passing."""
        return [note.message for note in self.pilot.app._notifications]


@asynccontextmanager
async def opened() -> AsyncIterator[OpenForm]:
    app: App[None] = App()
    async with app.run_test(size=(100, 30)) as pilot:
        shown = OpenForm(pilot)
        await app.push_screen(shown.form)
        yield shown


async def test_asked_twice_it_is_done_once() -> None:
    async with opened() as shown:
        await shown.pilot.press("ctrl+s", "ctrl+s")
        await shown.pilot.click("#do")
        await shown.pilot.pause()
        assert shown.form.begun == 1
        shown.form.let_go.set()
        await shown.pilot.pause()
        assert shown.form.results == ["what came of it"]
        assert shown.pilot.app.screen is not shown.form


async def test_what_has_begun_is_seen_to_the_end_by_who_has_left() -> None:
    async with opened() as shown:
        await shown.pilot.press("ctrl+s", "escape")
        await shown.pilot.pause()
        assert shown.pilot.app.screen is not shown.form
        assert shown.told == [GOES_ON]
        shown.form.let_go.set()
        await shown.pilot.pause()
        assert shown.form.results == ["what came of it"]


async def test_what_goes_wrong_is_told_to_who_has_left() -> None:
    async with opened() as shown:
        shown.form.problem = "no [b]money[/b]"
        await shown.pilot.press("ctrl+s", "escape")
        shown.form.let_go.set()
        await shown.pilot.pause()
        assert shown.told == [GOES_ON, "no [b]money[/b]"]
        assert shown.form.results == []


async def test_what_has_not_begun_is_left_by_escape() -> None:
    async with opened() as shown:
        await shown.pilot.press("escape")
        await shown.pilot.pause()
        assert shown.pilot.app.screen is not shown.form
        assert shown.form.begun == 0
