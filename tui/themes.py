"""The colours of the window: the themes of `themes.toml`, and which of them is used.

The one chosen last is remembered.
"""

import os
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from textual.theme import Theme

from warehouse.durable import replace_file
from warehouse.errors import SofthouseError
from warehouse.user_folders import config_folder

LIGHT_GROUNDS = ("7", "15")
"""White and bright white among the sixteen colours of a terminal."""


def _theme(name: str, *, dark: bool, muted: str, cursor: str, **colours: str) -> Theme:
    """A theme in which the line under the cursor keeps the colours of its text."""
    return Theme(
        name=name,
        dark=dark,
        luminosity_spread=0.12,
        variables={
            "text-muted": muted,
            "foreground-muted": muted,
            "block-cursor-background": cursor,
            "block-cursor-foreground": colours["foreground"],
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-background": cursor,
            "block-cursor-blurred-foreground": colours["foreground"],
            "footer-key-foreground": colours["primary"],
            "footer-description-foreground": muted,
        },
        **colours,  # type: ignore[arg-type]  # only the names of colours are left
    )


THEMES: Mapping[str, Theme] = {
    name: _theme(name, **colours)
    for name, colours in tomllib.loads((files("tui") / "themes.toml").read_text("utf-8")).items()
}
"""What there is to choose from, by name."""


def theme_for(name: str | None) -> str:
    """The name of the theme to begin with: as asked, as $SOFTHOUSE_THEME says, as chosen last, or
    one that suits the terminal.

    Raises SofthouseError where one was asked for that does not exist.
    """
    named = name or os.environ.get("SOFTHOUSE_THEME")
    if named:
        check_name(named)
        return named
    last = remembered_theme()
    return last if last is not None and last in THEMES else _by_terminal()


def check_name(name: str) -> None:
    """Raises SofthouseError, naming those there are, where no theme has the name."""
    if name not in THEMES:
        raise SofthouseError(f"There is no theme {name!r}: choose one of {', '.join(THEMES)}.")


def _by_terminal() -> str:
    """Some terminals tell their colours: the last of $COLORFGBG is the ground, as a number of 16."""
    ground = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return "day" if ground in LIGHT_GROUNDS else "night"


PREFERENCES = "window.toml"
MOST_BYTES = 10_000


def preferences_file() -> Path:
    """Where it is kept: in $SOFTHOUSE_CONFIG, or in the user's own folder for such things."""
    return config_folder() / PREFERENCES


def remembered_theme() -> str | None:
    """The name of the theme chosen last; None where none was, or nobody can read it any more."""
    try:
        with preferences_file().open("rb") as file:
            preferences = tomllib.loads(file.read(MOST_BYTES).decode())
    except (OSError, ValueError):
        return None
    theme = preferences.get("theme")
    return theme if isinstance(theme, str) else None


def remember_theme(name: str) -> None:
    """Keep the name of a theme of ours. Raises OSError where nothing can be written."""
    file = preferences_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, f'theme = "{name}"\n'.encode())
