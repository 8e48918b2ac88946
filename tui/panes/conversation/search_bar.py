"""The line in which words are looked for, and how many there are."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from tui.panes.conversation.block_view import BlockView
from tui.panes.conversation.finder import Finder


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

    def __init__(self, view: BlockView) -> None:
        super().__init__()
        self._view = view
        self.finder = Finder(view)
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

    def action_close(self) -> None:
        """Forget the words, and hide."""
        self.finder.end()
        self.remove_class("-open")
        with self.prevent(Input.Changed):
            self._input.value = ""
        self._count.update("")
        self.screen.set_focus(self._view)

    def action_step(self, step: int) -> None:
        """Show the next occurrence, or the previous one (-1); ask for words where there are none."""
        if not self.finder.words:
            self.open()
            return
        self.finder.step(step)
        self._tell()

    def _tell(self) -> None:
        """Say which occurrence is shown, of how many."""
        number, count = self.finder.number + 1, self.finder.count
        found = f"{number:,} of {count:,}" if count else "no match"
        self._count.update(Content(found if self._input.value.strip() else ""))

    @on(Input.Changed)
    def _look_for(self, event: Input.Changed) -> None:
        event.stop()
        self.finder.look_for(event.value)
        self._tell()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """The words are complete."""
        event.stop()
        if self.finder.words:
            self.screen.set_focus(self._view)
        else:
            self.action_close()
