"""What the run browser and its dialogs ask of the window they are in."""

from pathlib import Path
from typing import Any, Protocol, cast

from textual.app import App


class RunWindow(Protocol):
    """A window that can show a run."""

    def open_run(self, folder: Path) -> None:
        """Show a run in front of the others."""

    def began_here(self, folder: Path) -> None:
        """Remember a run that was begun, forked or taken up again from this window."""


def run_window(app: App[Any]) -> RunWindow:
    """The app, as what it is to a run browser."""
    return cast("RunWindow", app)
