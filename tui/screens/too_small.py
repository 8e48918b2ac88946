"""What is shown while the terminal is too small for anything else."""

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import ModalScreen

from tui.text.plain import PlainStatic

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
