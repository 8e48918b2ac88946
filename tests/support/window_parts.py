"""Parts of a run's screen in a small window, and what they ask it for."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.app import App, ComposeResult
from textual.message import Message
from textual.widget import Widget

from tests.support.journals import Step
from tui.run_state.run_state import RunState
from warehouse.journal.journal import Event

BEGINNING = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class StillClock:
    """A clock that a test winds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class PartApp(App[None]):
    """The parts, one below the other, and the messages that reached the window."""

    def __init__(self, *parts: Widget) -> None:
        super().__init__()
        self._parts = parts
        self.asked: list[Message] = []
        self.begun: list[Path] = []

    def compose(self) -> ComposeResult:
        yield from self._parts

    def began_here(self, folder: Path) -> None:
        """As the window remembers the runs that were begun from it."""
        self.begun.append(folder)

    def _note(self, message: Message) -> None:
        self.asked.append(message)

    on_open_step = on_seek_to = _note

    @property
    def shown(self) -> list[str]:
        """The rows of the screen, without colours."""
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]


def at_seconds(steps: Sequence[tuple[float, Step]]) -> list[Event]:
    """Events, each so many seconds after the beginning."""
    return [
        Event.of(number, (BEGINNING + timedelta(seconds=seconds)).isoformat(), kind, where, data)
        for number, (seconds, (kind, where, data)) in enumerate(steps)
    ]


def state_after(events: Sequence[Event], clock: StillClock | None = None) -> RunState:
    """The state of a run after its events, at the moment of the last one."""
    state = RunState(clock or StillClock())
    state.add(events)
    return state
