"""What surrounds the screens of the window: themes, palette, help, jump mode."""

import asyncio
import os
import signal
from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.selection import Selection
from textual.widget import Widget
from textual.widgets import Input, OptionList, TextArea

from tui.actions import actions_on
from tui.commands import ActionCommands, RunCommands, ThemeCommands
from tui.driver import TerminalDriver
from tui.panes.jump import JumpScreen, targets_on
from tui.screens.form import Choice
from tui.screens.help import HelpScreen
from tui.text.plain import PlainStatic
from tui.themes import THEMES, remember_theme, theme_for


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
    ThemeScreen Choice { margin: 0; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+t", "leave", "As before"),
    ]

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = "Theme"
            frame.border_subtitle = "enter keep · esc as before"
            kinds = {name: "dark" if theme.dark else "light" for name, theme in THEMES.items()}
            yield Choice((f"{name} ({kind})" for name, kind in kinds.items()), id="themes")

    def on_mount(self) -> None:
        self._before = self.app.theme
        if self._before in THEMES:
            self.query_one(Choice).highlighted = list(THEMES).index(self._before)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self.app.theme = list(THEMES)[event.option_index]

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(list(THEMES)[event.option_index])

    def action_leave(self) -> None:
        self.app.theme = self._before
        self.dismiss(None)


LEAST = Size(40, 10)
"""Columns and rows below which lists and dialogs would have no room for a single line."""


def fits(size: Size) -> bool:
    """Whether a terminal has room for the window."""
    return size.width >= LEAST.width and size.height >= LEAST.height


class TooSmallScreen(ModalScreen[None]):
    """Hides the window, and takes its keys, until the terminal is large enough again."""

    DEFAULT_CSS = """
    TooSmallScreen { background: $background; overflow: hidden; }
    """

    def compose(self) -> ComposeResult:
        yield PlainStatic(
            f"The terminal is too small: softhouse needs {LEAST.width}×{LEAST.height}."
            " Enlarge it, or leave with ctrl+q."
        )

    def on_resize(self, event: events.Resize) -> None:
        self._leave_if_it_fits()

    def on_screen_resume(self) -> None:
        self._leave_if_it_fits()

    def _leave_if_it_fits(self) -> None:
        if self.is_current and fits(self.app.size):
            self.dismiss()


class Shell(App[None]):
    """An app in which every action can be found and called without knowing its key.

    `theme` is a name of `tui.themes`; None chooses. `calm` lets nothing move that need not. Raises
    SofthouseError where there is no such theme.
    """

    COMMANDS = {ActionCommands, ThemeCommands, RunCommands}  # noqa: RUF012  # as App declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "Help", tooltip="Show all keys that work now"),
        Binding(
            "ctrl+p",
            "command_palette",
            "Commands",
            show=False,
            priority=True,
            tooltip="Find and do anything",
        ),
        Binding("ctrl+o", "jump", "Jump", show=False, tooltip="Go to a part of the screen"),
        Binding("ctrl+c", "copy_or_quit", "Copy, or quit", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False, priority=True),
        Binding("ctrl+t", "theme", "Theme", show=False, tooltip="Choose other colours"),
    ]

    def __init__(self, *, theme: str | None = None, calm: bool = False) -> None:
        chosen = theme_for(theme)
        super().__init__()
        for each in THEMES.values():
            self.register_theme(each)
        self.theme = chosen
        if calm or os.environ.get("SOFTHOUSE_CALM"):
            self.animation_level = "none"

    def get_driver_class(self) -> type[Driver]:
        """Ours on a terminal; a browser has its own."""
        driver = super().get_driver_class()
        return TerminalDriver if driver is LinuxDriver else driver

    def on_mount(self) -> None:
        """Leave the terminal as it was where we are stopped politely, or it is closed."""
        if not self.is_headless:
            for number in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, self.exit)

    def on_resize(self, event: events.Resize) -> None:
        """Show no part of the window where there is no room for it."""
        if not fits(event.size) and not isinstance(self.screen, TooSmallScreen):
            self.push_screen(TooSmallScreen())

    def selected_text(self) -> str:
        """What is selected, in the field that is written in or with the mouse."""
        focused = self.focused
        if isinstance(focused, Input | TextArea) and focused.selected_text:
            return focused.selected_text
        return "".join(_selected_in(*each) for each in self.screen.selections.items()).rstrip("\n")

    async def action_copy_or_quit(self) -> None:
        """Copy what is selected; where nothing is, leave."""
        if text := self.selected_text():
            self.copy_to_clipboard(text)
        else:
            await self.action_quit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where something is written, ctrl+z takes back what was written last."""
        if action == "suspend_process" and isinstance(self.focused, Input | TextArea):
            return False
        return super().check_action(action, parameters)

    def action_command_palette(self) -> None:
        """Open the palette, where there is room for it."""
        if not isinstance(self.screen, TooSmallScreen):
            super().action_command_palette()

    def choose_theme(self, name: str) -> None:
        """Use a theme from now on, and the next time too."""
        self.theme = name
        try:
            remember_theme(name)
        except OSError as error:
            self.notify(
                f"The theme is not remembered: {error.strerror}.",
                severity="warning",
                markup=False,
            )

    def action_help(self) -> None:
        """Show all keys that work now."""
        self.push_screen(HelpScreen(actions_on(self.screen)))

    def action_jump(self) -> None:
        """Let the person choose a part by a letter on it."""
        self.push_screen(JumpScreen(targets_on(self.screen)), lambda go: go() if go else None)

    def action_theme(self) -> None:
        """Let the person choose a theme, and wear each in the meantime."""
        self.push_screen(ThemeScreen(), lambda name: self.choose_theme(name) if name else None)


def _selected_in(widget: Widget, selection: Selection) -> str:
    """What is selected in a widget: nothing where Textual takes its wrapped rows for lines."""
    try:
        text, ending = widget.get_selection(selection) or ("", "")
    except IndexError:
        return ""
    return text + ending
