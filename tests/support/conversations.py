"""Conversations in a window of their own, and what is seen of them."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from tests.support.journals import Step, answered, asked, events, phase, started
from tests.support.waiting import PATIENCE
from tui.panes.conversation.block_view import BlockView
from tui.panes.conversation.inks import Inks, inks_of
from tui.panes.conversation.pane import ConversationPane
from tui.run_state.run_state import RunState
from warehouse.events.conversion import as_json
from warehouse.journal.journal import Event


class TalkApp(App[None]):
    """Nothing but the conversation, and what it asked the window for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Message] = []
        self.copied = ""
        self.told: list[str] = []

    def compose(self) -> ComposeResult:
        yield ConversationPane(clock=itertools.count().__next__, id="talk")

    def copy_to_clipboard(self, text: str) -> None:
        self.copied = text

    def notify(self, message: str, **options: object) -> None:  # type: ignore[override]
        self.told.append(message)

    def _note(self, message: Message) -> None:
        self.asked.append(message)

    on_open_file = on_open_commit = on_open_code = _note


@dataclass
class OpenTalk:
    """A conversation that is shown."""

    app: TalkApp
    pilot: Pilot[None]
    state: RunState

    @property
    def pane(self) -> ConversationPane:
        return self.app.screen_stack[0].query_one(ConversationPane)

    @property
    def view(self) -> BlockView:
        return self.pane.query_one(BlockView)

    @property
    def screen(self) -> list[str]:
        """What is on the screen, row by row, without colours."""
        height = self.app.size.height
        rows = self.app.screen._compositor.render_strips()
        return [row.text.rstrip() for row in rows[:height]]

    def row_of(self, words: str) -> int:
        """The row of the screen in which the words are."""
        return next(number for number, row in enumerate(self.screen) if words in row)

    def sees(self, words: str) -> bool:
        return any(words in row for row in self.screen)

    async def until_seen(self, words: str) -> None:
        """Wait for what comes after another layout of the screen."""
        async with asyncio.timeout(PATIENCE):
            while not self.sees(words):
                await self.pilot.pause()

    @property
    def selected(self) -> str:
        """The first row of the current message."""
        return next((row for row in self.screen if row.startswith("▌")), "")

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def add(self, *steps: Step) -> None:
        """Let more happen in the run."""
        first = len(self.state.events)
        new = [
            Event.of(first + n, e.at, e.kind, e.where, as_json(e.data))
            for n, e in enumerate(events(steps))
        ]
        self.state.add(new)
        await self.show(self.state)

    async def show(self, state: RunState) -> None:
        self.state = state
        self.pane.show(state)
        await self.pilot.pause()


@asynccontextmanager
async def talking(
    steps: Iterable[Step], size: tuple[int, int] = (80, 24)
) -> AsyncIterator[OpenTalk]:
    """The conversation of a run in which the steps happened."""
    app = TalkApp()
    async with app.run_test(size=size) as pilot:
        shown = OpenTalk(app, pilot, state_after(steps))
        await shown.show(shown.state)
        shown.view.focus()
        await pilot.pause()
        yield shown


def state_after(steps: Iterable[Step]) -> RunState:
    state = RunState()
    state.add(events(steps))
    return state


def said(number: int, text: str) -> list[Step]:
    """A message in a phase of its own."""
    where = f"{number}.coding"
    turn = f"{where}/turn-1"
    return [phase(where, f"Coding {number}"), asked(turn, "Write."), answered(turn, text)]


def long_talk(messages: int, text: str = "Message {number}.") -> list[Step]:
    """A run with so many messages."""
    steps = [started()]
    for number in range(1, messages + 1):
        steps += said(number, text.format(number=number))
    return steps


class _InkWell(App[None]):
    def compose(self) -> ComposeResult:
        yield BlockView()


async def some_inks() -> Inks:
    """The styles of a conversation in Textual's own theme."""
    async with _InkWell().run_test() as pilot:
        return inks_of(pilot.app.query_one(BlockView))
