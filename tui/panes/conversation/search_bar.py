"""The line in which words are looked for, and how many there are."""

from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static


class SearchBar(Horizontal):
    """A line at the bottom of a pane, while a search goes on."""

    DEFAULT_CSS = """
    SearchBar {
        height: 1; display: none; background: $boost;
        &.-open { display: block; }
        & > #mark { width: 2; color: $text-primary; }
        & > Input {
            width: 1fr; height: 1; border: none; padding: 0; background: transparent;
            &:focus { border: none; background-tint: $foreground 0%; }
        }
        & > #count { width: auto; min-width: 9; padding: 0 1; text-align: right; color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close search", show=False),
        Binding("down", "step(1)", "Next match", show=False),
        Binding("up", "step(-1)", "Previous match", show=False),
    ]

    @dataclass
    class Changed(Message):
        """Other words are looked for."""

        words: str

    @dataclass
    class Stepped(Message):
        """The next occurrence is wanted, or the previous one (-1)."""

        step: int

    class Entered(Message):
        """The words are complete."""

    class Closed(Message):
        """The search is over."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._input = Input(placeholder="search the conversation", select_on_focus=True)
        self._input.cursor_blink = False
        self._count = Static("", id="count", markup=False)

    def compose(self) -> ComposeResult:
        yield Static("/", id="mark", markup=False)
        yield self._input
        yield self._count

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    def open(self) -> None:
        """Show the line, and write in it."""
        self.add_class("-open")
        self._input.focus()

    def close(self) -> None:
        """Forget the words, and hide."""
        self.remove_class("-open")
        with self.prevent(Input.Changed):
            self._input.value = ""
        self._count.update("")

    def tell(self, position: int, count: int) -> None:
        """Say which occurrence is shown, counted from 1, of how many."""
        if not self._input.value.strip():
            self._count.update("")
        elif not count:
            self._count.update(Content("no match"))
        else:
            self._count.update(Content(f"{position:,} of {count:,}"))

    def action_close(self) -> None:
        self.post_message(self.Closed())

    def action_step(self, step: int) -> None:
        self.post_message(self.Stepped(step))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered())
