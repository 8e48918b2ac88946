"""Choosing a theme: each is worn while it is looked at."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.themes import THEMES


class ThemeScreen(ModalScreen[str | None]):
    """Its result is the theme that was chosen; None where all shall be as before."""

    BINDING_GROUP_TITLE = "Themes"
    DEFAULT_CSS = """
    ThemeScreen { align: right top; background: transparent; }
    ThemeScreen Vertical {
        width: 32; height: auto; margin: 2 2; padding: 0 1;
        border: round $primary; border-title-color: $primary; border-subtitle-color: $text-muted;
        background: $surface;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+t", "leave", "As before"),
        Binding("j", "move(1)", "Down", show=False),
        Binding("k", "move(-1)", "Up", show=False),
    ]

    def compose(self) -> ComposeResult:
        options = (Option(_label(name), id=name) for name in THEMES)
        with Vertical() as frame:
            frame.border_title = "Theme"
            frame.border_subtitle = "enter keep · esc as before"
            yield OptionList(*options, markup=False, compact=True)

    def on_mount(self) -> None:
        self._before = self.app.theme
        if self._before in THEMES:
            self.query_one(OptionList).highlighted = list(THEMES).index(self._before)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id is not None:
            self.app.theme = event.option_id

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def action_move(self, by: int) -> None:
        choice = self.query_one(OptionList)
        if by > 0:
            choice.action_cursor_down()
        else:
            choice.action_cursor_up()

    def action_leave(self) -> None:
        self.app.theme = self._before
        self.dismiss(None)


def _label(name: str) -> str:
    return f"{name} ({'dark' if THEMES[name].dark else 'light'})"
