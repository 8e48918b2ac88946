"""The conversation: who said what to whom, and what came of it."""

import os
import time
from collections.abc import Callable
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer

from tui.panes.conversation.block_view import BlockView
from tui.panes.conversation.body import codes_of, opening
from tui.panes.conversation.data_card import CHART
from tui.panes.conversation.parts import Code
from tui.panes.conversation.search_bar import SearchBar
from tui.panes.conversation.talk_blocks import TalkBlocks
from tui.panes.conversation.walking import Walker
from tui.panes.messages import OpenCommit
from tui.panes.pane import Pane
from tui.pictures import protocol_of
from tui.run_state.conversation import Speaking
from tui.run_state.run_state import RunState
from tui.screens.chart import ChartScreen
from tui.screens.message import MessageScreen
from warehouse.data.drawing import png_of
from warehouse.data.rows import Refused
from warehouse.history.entries import Committed, Said, ToolCalled

WORDS_EVERY = 0.1
"""Seconds between two looks at messages being written."""
BEAT = 0.5
"""Seconds after which the mark of a message being written moves."""


class ConversationPane(Walker, Pane):
    """Shows the conversation of a run, and follows it while its end is in sight."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "next", "Next message", show=False, tooltip="Go to the next message"),
        Binding("k,up", "previous", "Previous message", show=False, tooltip="Go to the one above"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("g,home", "first", "First message", show=False),
        Binding(
            "G,end", "last", "Last message", show=False, tooltip="Go to the end, and follow it"
        ),
        Binding("enter", "fold", "Fold", tooltip="Show the whole message with its code, or less"),
        Binding(
            "Z", "fold_all", "Fold all", show=False, tooltip="Show all messages whole, or less"
        ),
        Binding("m", "details", "Details", tooltip="The message's prompt, model, tokens and cost"),
        Binding("o", "open_code", "Open code", tooltip="Open the code that the message contains"),
        Binding("y", "copy", "Copy", show=False, tooltip="Copy the message"),
        Binding("slash", "search", "Search", tooltip="Look for words in the conversation"),
        Binding("n", "match(1)", "Next match", show=False),
        Binding("N", "match(-1)", "Previous match", show=False),
        Binding("escape", "close_search", "Close search", show=False),
    ]

    def __init__(self, clock: Callable[[], float] = time.monotonic, **options: Any) -> None:
        """`clock` counts the seconds between looks at messages being written."""
        super().__init__(**options)
        self._clock = clock
        self._state: RunState | None = None
        self._blocks: TalkBlocks | None = None
        self._view = BlockView("Nothing has been said yet")
        self._bar = SearchBar(self._view)
        self._shown = (0, 0, 0)
        """The version of the talk, its items and its settled items that are shown."""
        self._heard = 0.0
        """When words were taken up last."""
        self._opened = (-1, -1)
        """The message whose code was opened last, and the number of that code."""
        self._beat: Timer | None = None
        self._beat_at = 0.0
        """The run's time when the marks moved last."""

    def compose(self) -> ComposeResult:
        yield self._view
        yield self._bar

    def on_mount(self) -> None:
        self._beat = self.set_interval(BEAT, self._move_marks, pause=True)

    # What is shown

    def show(self, state: RunState) -> None:
        if state is not self._state or self._blocks is None:
            self._begin(state)
            return
        talk, (version, items, settled) = state.talk, self._shown
        if talk.version == version:
            return
        ended = talk.settled[settled:]
        only_words = not ended and len(talk.items) == items
        if only_words and self._clock() - self._heard < WORDS_EVERY:
            return
        for place in ended:
            self._blocks.forget_stream(place)
        self._view.change({*ended, *talk.speaking.values()})
        self._view.grow()
        self._look_done()

    @property
    def moving(self) -> bool:
        """Whether a message is being written, and its mark moves."""
        if self._state is None or self.app.animation_level == "none":
            return False
        return bool(self._state.talk.speaking)

    def focus_current(self) -> None:
        self.take_keys(self._view)

    def go_to_message(self, seq: int) -> None:
        """Show the message that the event of this number ended, or what came last before it."""
        if self._state is None:
            return
        place = self._state.talk.place_of_event(seq)
        if place > 0 and not self._view.block(place).rows:
            place -= 1
        self._view.show_block(place)

    def go_to_step(self, where: str) -> None:
        """Show where a step of the chain begins to speak; nothing if it has nothing to say."""
        if self._state is not None:
            self._view.show_top(self._state.talk.place_of_step(where))

    def _begin(self, state: RunState) -> None:
        self._state = state
        self._blocks = TalkBlocks(state)
        self._opened = (-1, -1)
        self._bar.finder.hold(self._blocks)
        self._view.hold(self._blocks)
        self._look_done()

    def _look_done(self) -> None:
        assert self._state is not None
        talk = self._state.talk
        self._shown = (talk.version, len(talk.items), len(talk.settled))
        self._heard = self._clock()
        if self._beat is not None:
            (self._beat.resume if self.moving else self._beat.pause)()

    def _move_marks(self) -> None:
        """Move them while time passes: it does not where the run was broken off, or is held."""
        if self._state is not None and self._blocks is not None:
            seconds = self._state.now.seconds
            if seconds == self._beat_at:
                return
            self._beat_at = seconds
            self._blocks.beat += 1
            for place in self._state.talk.speaking.values():
                self._view.change_head(place)

    # Going about

    def action_last(self) -> None:
        self._view.go_to_end()

    # Doing something with a message

    def action_fold(self) -> None:
        if self._blocks is not None and self._view.current >= 0:
            self._fold(self._view.current)

    def action_fold_all(self) -> None:
        if self._blocks is not None:
            self._blocks.fold_all()
            self._view.change_all()

    def action_details(self) -> None:
        message = self._current()
        if isinstance(message, ToolCalled) and message.tool == CHART:
            self._show_chart(message)
            return
        if self._state is None or not isinstance(message, Said):
            self.notify("Only a message that was written has details.", markup=False)
            return
        self.app.push_screen(MessageScreen(self._state, message))

    @work(exclusive=True)
    async def _show_chart(self, call: ToolCalled) -> None:
        """The chart as a picture, where the terminal can show one."""
        protocol = protocol_of(os.environ)
        drawn = ((path, text) for path, text in call.changed.items() if path.endswith(".svg"))
        path, svg = next(drawn, ("", None))
        driver = self.app._driver
        if not protocol or svg is None or driver is None or driver.is_web:
            self.notify(
                f"No picture can be shown here: {path or 'it was not drawn'}.", markup=False
            )
            return
        try:
            png = await png_of(svg)
        except Refused as refused:
            self.notify(str(refused), markup=False)
            return
        title = str(call.arguments.get("title", path))
        await self.app.push_screen(ChartScreen(title, png, protocol))

    def action_copy(self) -> None:
        if self._blocks is not None and self._view.current >= 0:
            self.copy(self._blocks.text(self._view.current))

    def action_open_code(self) -> None:
        """Open the message's code; where there are several pieces, the next one each time."""
        index = self._view.current
        codes = codes_of(self._blocks.text(index)) if self._blocks and index >= 0 else []
        if not codes:
            self.notify("There is no code in this message.", markup=False)
            return
        last = self._opened[1] if self._opened[0] == index else -1
        self._open(index, codes, (last + 1) % len(codes))

    @on(BlockView.Opened)
    def _opened_by_mouse(self, event: BlockView.Opened) -> None:
        event.stop()
        if self._blocks is None:
            return
        item = self._blocks[event.index]
        if event.opens == "fold":
            self._fold(event.index)
        elif isinstance(item, Committed):
            self.post_message(OpenCommit(item.sha))
        elif isinstance(event.opens, int):
            self._open(event.index, codes_of(self._blocks.text(event.index)), event.opens)

    def _current(self) -> object:
        index = self._view.current
        return self._blocks[index] if self._blocks is not None and index >= 0 else None

    def _fold(self, index: int) -> None:
        if self._blocks is None or not self._view.block(index).foldable:
            return
        self._blocks.fold(index, not self._blocks.is_unfolded(index))
        self._view.change([index])
        top, _ = self._view.extent(index)
        if top < 0 or isinstance(self._blocks[index], Speaking):
            self._view.show_block(index)

    def _open(self, index: int, codes: list[Code], number: int) -> None:
        if number < len(codes) and self._blocks is not None and self._state is not None:
            self._opened = (index, number)
            commit = self._state.talk.commit_of(self._blocks[index].seq)
            self.post_message(opening(codes, number, commit))

    # Searching

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "close_search":
            return self._bar.is_open
        return True

    def action_search(self) -> None:
        self._bar.open()

    def action_match(self, step: int) -> None:
        self._bar.action_step(step)

    def action_close_search(self) -> None:
        self._bar.action_close()
