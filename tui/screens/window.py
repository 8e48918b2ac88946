"""What screens, dialogs and the palette ask of the window they are in."""

from pathlib import Path
from typing import Any, Protocol, cast

from textual.app import App
from textual.screen import Screen


class RunWindow(Protocol):
    """A window that shows the runs of a folder."""

    products: Path
    left: Path | None
    """The run that was shown last."""

    def open_run(self, folder: Path) -> None:
        """Show a run in front of the others."""

    def began_here(self, folder: Path) -> None:
        """Remember a run that was begun, forked or taken up again from this window."""

    def choose_theme(self, name: str) -> None:
        """Use a theme from now on, and the next time too."""


def run_window(app: App[Any]) -> RunWindow:
    """The app, as what it is to its screens."""
    return cast("RunWindow", app)


def is_open(screen: Screen[Any]) -> bool:
    """Whether a screen is still there, so that a worker may show on it what it has found.

    A worker is ended only after the parts of its screen are gone.
    """
    return screen.app.is_running and screen in screen.app.screen_stack
