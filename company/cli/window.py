"""The window, as the command line opens it: whoever starts the command line brings it along."""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import click

from company.cli.output import can_show_views
from company.errors import ConfigurationError


class Window(Protocol):
    """Shows runs in a terminal, until the person leaves."""

    @property
    def themes(self) -> Sequence[str]:
        """The names of the colours there are."""

    def check_theme(self, name: str) -> None:
        """Raises SofthouseError, naming the nearest one, where there is no theme of that name."""

    def show(
        self,
        products: Path,
        run: Path | None = None,
        *,
        replay_at: float | None = None,
        longest_pause: float = 3.0,
        start: int = 0,
        theme: str | None = None,
        calm: bool = False,
        begun: Iterable[Path] = (),
    ) -> None:
        """Show runs of a products folder, `run` first; see `tui.app.Window`."""


def the_window() -> Window:
    """The window of this program. Raises ConfigurationError where it has none."""
    window: Window | None = click.get_current_context().obj
    if window is None:
        raise ConfigurationError("This program has no window: start it as `softhouse`.")
    return window


def window_to_open() -> Window:
    """The same. Raises ConfigurationError, naming the other ways to look, without a terminal for it."""
    if not can_hold_a_window():
        raise ConfigurationError(
            "The window needs a terminal for input and output, and one that can be drawn on "
            "(TERM is not dumb). Without one: softhouse show RUN, softhouse replay RUN --plain, or "
            "softhouse watch --serve for a browser."
        )
    return the_window()


def can_hold_a_window() -> bool:
    """Whether the window can be opened here: keys come in, and it can be drawn."""
    # A browser may be the terminal: textual-serve says so by the driver it asks for.
    is_served = bool(os.environ.get("TEXTUAL_DRIVER"))
    return is_served or (sys.stdin.isatty() and can_show_views())
