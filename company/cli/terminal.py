"""Whether somebody sits at a terminal that more than lines can be shown on."""

import os
import sys

from company.errors import ConfigurationError

UNABLE = ("dumb", "unknown")


def can_show_views() -> bool:
    """Whether standard output is a terminal that can be drawn on."""
    return sys.stdout.isatty() and os.environ.get("TERM") not in UNABLE


def can_hold_a_window() -> bool:
    """Whether the window can be opened here: keys come in, and it can be drawn."""
    return _is_served() or (sys.stdin.isatty() and can_show_views())


def ensure_window() -> None:
    """Raises ConfigurationError, naming the other ways to look, where no window can be opened."""
    if not can_hold_a_window():
        raise ConfigurationError(
            "The window needs a terminal for input and output, and one that can be drawn on "
            "(TERM is not dumb). Without one: softhouse show RUN, softhouse replay RUN --plain, or "
            "softhouse watch --serve for a browser."
        )


def _is_served() -> bool:
    """Whether a browser is the terminal: textual-serve says so by the driver it asks for."""
    return bool(os.environ.get("TEXTUAL_DRIVER"))
