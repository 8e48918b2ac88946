"""One run: its chain, its conversation, its product and its log, live or from the past."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer

from tui.panes.chain_pane import ChainPane
from tui.panes.conversation.pane import ConversationPane
from tui.panes.key_line import KeyLine
from tui.panes.log.pane import LogPane
from tui.panes.messages import OpenCode, OpenCommit, OpenFile, OpenMessage, OpenStep, SeekTo
from tui.panes.pane import Pane, TabStrip
from tui.panes.replay_bar import ReplayBar
from tui.panes.top_line import INTERRUPTED, TopLine, condition_of
from tui.panes.work.pane import WorkPane
from tui.run_state.playback import LONGEST_PAUSE, Playback
from tui.run_state.run_state import Picture, RunState
from tui.run_state.timeline import Kind
from tui.screens.run_keys import KEYS, PANES, ROOMY_WIDTH, has_room, neighbour, shown_panes
from tui.screens.steering import SteeredScreen
from warehouse.errors import SofthouseError
from warehouse.journal.journal import FILE_NAME
from warehouse.journal.tail import JournalTail

MOVING = 1 / 10
"""Seconds between two looks at a run in which something happens."""
STILL = 1 / 2
"""Seconds between two looks at one in which nothing does."""
LONG = 10_000
"""Events of a run whose memory is wanted back as soon as it is left."""
WHO_WORKS = 1.0
"""Seconds after which it is found out again whether a process works on the run."""


class LongRunLeft(Message):
    """A run that took much memory is shown no more."""


class RunScreen(SteeredScreen):
    """Shows a run. Raises SofthouseError where its journal cannot be read."""

    DEFAULT_CSS = """
    RunScreen #body { height: 1fr; }
    RunScreen #panes { background: $panel; }
    RunScreen ChainPane { width: 30; }
    RunScreen ConversationPane { width: 1fr; }
    RunScreen WorkPane { width: 1fr; }
    RunScreen LogPane { height: 12; }
    RunScreen.-roomy ChainPane { width: 40; }
    RunScreen.-roomy LogPane { height: 16; }
    RunScreen Pane { border: round $foreground 20%; border-title-color: $text-muted; }
    RunScreen Pane:focus-within { border: round $primary; border-title-color: $primary; }
    RunScreen.-single Pane { width: 1fr; height: 1fr; border: none; }
    """
    AUTO_FOCUS = ""
    BINDING_GROUP_TITLE = "Run"
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def __init__(
        self,
        folder: Path,
        *,
        replay_at: float | None = None,
        start: int = 0,
        longest_pause: float = LONGEST_PAUSE,
    ) -> None:
        super().__init__()
        self.folder = folder
        self.playback = Playback(
            JournalTail(folder / FILE_NAME),
            speed=replay_at,
            start=start,
            longest_pause=longest_pause,
        )
        self._picture = Picture(self.playback)
        self._timer: Timer | None = None
        self._unsure_for = 0.0
        self._problem = ""
        self._zoomed = False
        self._current = "talk"

    @property
    def state(self) -> RunState:
        return self._picture.state

    def compose(self) -> ComposeResult:
        yield TopLine()
        yield TabStrip(
            {name: f"{n} {title}" for n, (name, title) in enumerate(PANES.items(), 1)}, id="panes"
        )
        with Horizontal(id="body"):
            yield ChainPane(id="chain")
            yield ConversationPane(id="talk")
            yield WorkPane(self.folder, id="work")
        yield LogPane(id="log")
        yield ReplayBar(self.playback)
        yield KeyLine()

    def on_mount(self) -> None:
        for name, title in PANES.items():
            self._pane(name).border_title = title
        self.show_pane(self._current)
        self._look()

    def on_unmount(self) -> None:
        if len(self.playback.events) >= LONG:
            self.app.post_message(LongRunLeft())

    # Time passes.

    def _look(self) -> None:
        """Bring the window up to the run, and look again soon."""
        try:
            if self.playback.poll():
                self.playback.look_who_works()
        except SofthouseError as error:
            self._tell_once(str(error))
        self._picture.bring_up()
        self.playback.tick()
        if condition_of(self.state, self.playback) is INTERRUPTED:
            self.state.interrupt()
        self.refresh_panes()
        wait = MOVING if self.playback.working or self.playback.playing else STILL
        self._unsure_for += wait
        if self._unsure_for >= WHO_WORKS:
            self._unsure_for = 0.0
            self.playback.look_who_works()
        self.show_what_matters()
        self._timer = self.set_timer(wait, self._look)

    def look_now(self) -> None:
        """Do not wait for the time to look again."""
        if self._timer is not None:
            self._timer.stop()
        self._look()

    def refresh_panes(self) -> None:
        """Show the state in whatever can be seen."""
        self.query_one(TopLine).show(self.state, self.playback)
        self.query_one(ReplayBar).show(self.state)
        for pane in self._shown():
            pane.show(self.state)

    def _tell_once(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            self.app.notify(problem, severity="error", timeout=10)

    # Panes.

    def on_resize(self) -> None:
        self._arrange()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        pane = next((each for each in event.widget.ancestors if isinstance(each, Pane)), None)
        if pane is not None and pane.id and pane.id != self._current:
            self._current = pane.id
            self._arrange()

    @on(TabStrip.Chosen)
    def _pane_was_chosen(self, message: TabStrip.Chosen) -> None:
        self.show_pane(message.tab)

    def show_pane(self, name: str) -> None:
        """Go to a pane; where there is room for one only, it takes the place of the others."""
        self._current = name
        self._arrange()
        pane = self._pane(name)
        if not pane.has_focus_within:
            pane.focus_current()

    def _arrange(self) -> None:
        shown = shown_panes(self.size, self._current, zoomed=self._zoomed)
        for name in PANES:
            self._pane(name).set_class(name not in shown, "hidden")
        self.query_one("#body").set_class("log" in shown and len(shown) == 1, "hidden")
        self.set_class(len(shown) == 1, "-single")
        self.set_class(self.size.width >= ROOMY_WIDTH, "-roomy")
        strip = self.query_one("#panes", TabStrip)
        strip.set_class(has_room(self.size), "hidden")
        strip.choose(self._current)
        for pane in self._shown():
            pane.show(self.state)

    def _pane(self, name: str) -> Pane:
        return self.query_one(f"#{name}", Pane)

    def _shown(self) -> Iterator[Pane]:
        names = shown_panes(self.size, self._current, zoomed=self._zoomed)
        return map(self._pane, names)

    # What the panes ask for.

    @on(OpenFile)
    @on(OpenCommit)
    @on(OpenCode)
    def _open_in_work(self, message: OpenFile | OpenCommit | OpenCode) -> None:
        self.query_one(WorkPane).open(message)
        self.show_pane("work")

    @on(OpenMessage)
    def _open_message(self, message: OpenMessage) -> None:
        self.query_one(ConversationPane).go_to_message(message.seq)
        self.show_pane("talk")

    @on(OpenStep)
    def _open_step(self, message: OpenStep) -> None:
        self.query_one(ConversationPane).go_to_step(message.where)
        self.show_pane("talk")

    @on(SeekTo)
    def _seek(self, message: SeekTo) -> None:
        self.playback.seek(message.position)
        self.look_now()

    # Keys.

    def action_home(self) -> None:
        """Leave a zoomed pane first, then the run."""
        if self._zoomed:
            self.action_zoom()
        else:
            self.dismiss()

    def action_pane(self, name: str) -> None:
        self.show_pane(name)

    def action_next_pane(self, distance: int) -> None:
        self.show_pane(neighbour(self._current, distance))

    def action_zoom(self) -> None:
        self._zoomed = not self._zoomed
        self._arrange()

    def action_play_or_pause(self) -> None:
        if self.playback.playing:
            self.playback.pause()
        else:
            self.playback.play()
        self.look_now()

    def action_go(self, direction: str, kind: Kind) -> None:
        playback = self.playback
        if not (playback.next(kind) if direction == "next" else playback.previous(kind)):
            self.app.notify(f"No {direction} {kind}.", timeout=2)
        self.look_now()

    def action_faster(self) -> None:
        self.playback.faster()
        self.look_now()

    def action_slower(self) -> None:
        self.playback.slower()
        self.look_now()

    def action_beginning(self) -> None:
        self.playback.seek(1)
        self.look_now()

    def action_live(self) -> None:
        self.playback.to_end()
        self.look_now()
