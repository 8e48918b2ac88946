"""Leaving the window while runs that were begun here are still being worked on."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button

from company.remote.commands import Stop
from company.remote.mailbox import send
from tui.text.plain import PlainStatic, plain
from warehouse.errors import SofthouseError
from warehouse.history.format.figures import counted

NAMED = 3
"""Runs that are named before the rest is counted."""


class QuitScreen(ModalScreen[bool]):
    """Asks what becomes of the runs; True leaves the window."""

    DEFAULT_CSS = """
    QuitScreen { align: center middle; }
    QuitScreen > Vertical {
        width: 64; max-width: 90%; height: auto; padding: 1 2;
        border: round $primary; background: $surface;
    }
    QuitScreen .name { text-wrap: nowrap; text-overflow: ellipsis; }
    QuitScreen Horizontal { height: auto; margin-top: 1; }
    QuitScreen Button { margin-right: 1; min-width: 12; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "leave", "Leave them working"),
        Binding("x", "stop", "Stop them"),
        Binding("escape", "stay", "Stay"),
    ]

    def __init__(self, working: Sequence[Path]) -> None:
        super().__init__()
        self._working = working

    def compose(self) -> ComposeResult:
        with Vertical():
            yield PlainStatic(f"{counted(len(self._working), 'run')} begun here, still at work:")
            for name in self._names():
                yield PlainStatic(plain(f"  {name}", one_line=True), classes="name")
            yield PlainStatic(
                "\nLeft alone, the work goes on without the window, and softhouse watch shows it "
                "again. Stopped, nothing is lost: r resumes it."
            )
            with Horizontal():
                yield Button("Leave working (l)", variant="primary", id="leave")
                yield Button("Stop (x)", variant="warning", id="stop")
                yield Button("Stay (esc)", id="stay")

    def _names(self) -> list[str]:
        names = [folder.name for folder in self._working[:NAMED]]
        more = len(self._working) - NAMED
        return [*names, f"and {more} more"] if more > 0 else names

    def on_button_pressed(self, event: Button.Pressed) -> None:
        match event.button.id:
            case "leave":
                self.action_leave()
            case "stop":
                self.action_stop()
            case _:
                self.action_stay()

    def action_leave(self) -> None:
        self.dismiss(True)

    def action_stop(self) -> None:
        for folder in self._working:
            try:
                send(folder, Stop())
            except SofthouseError as error:
                self.app.notify(str(error), severity="warning")
        self.dismiss(True)

    def action_stay(self) -> None:
        self.dismiss(False)
