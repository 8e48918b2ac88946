"""A small app in the window's shell, with parts that have keys of their own."""

from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from tui.panes.pane import TabStrip
from tui.shell import Shell


class Part(Widget, can_focus=True):
    """Remembers what it was told to do."""

    DEFAULT_CSS = "Part { height: 3; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "note('copied')", "Copy", tooltip="Copy [the] message"),
        Binding("x", "note('its own')", "Its own x", show=False),
        Binding("q", "note('never')", "Never"),
    ]

    def on_mount(self) -> None:
        self.done: list[str] = []

    def action_note(self, what: str) -> None:
        self.done.append(what)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return parameters != ("never",)


class ConversationPane(Part):
    """A part with a name of two words."""


class WorkPane(Part):
    """Another part."""

    BINDING_GROUP_TITLE = "The work"


class Asking(ModalScreen[None]):
    """A question over everything."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("o", "agree", "Agree")]

    def compose(self) -> ComposeResult:
        yield Input()

    def action_agree(self) -> None:
        self.dismiss()


class SmallShell(Shell):
    """Two parts, tabs, and a key of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "stop", "Stop", tooltip="Stop the run"),
        Binding("q", "ask", "Ask"),
    ]

    def __init__(self, products: Path = Path("products"), **options: Any) -> None:
        super().__init__(**options)
        self.products = products
        self.opened: list[Path] = []
        self.stopped = 0
        self.tab = ""

    def compose(self) -> ComposeResult:
        yield ConversationPane(id="talk")
        yield WorkPane(id="work")
        yield TabStrip({"output": "Output", "git": "Git"})

    def on_tab_strip_chosen(self, message: TabStrip.Chosen) -> None:
        self.tab = message.tab

    def open_run(self, folder: Path) -> None:
        self.opened.append(folder)

    def action_stop(self) -> None:
        self.stopped += 1

    def action_ask(self) -> None:
        self.push_screen(Asking())
