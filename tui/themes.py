"""The colours of the window: a few themes that are readable and calm, and which of them is used.

Every text colour of a theme has a contrast of 4.5 to 1 or more on all of its grounds, the line
under the cursor included; `contrast` has 7 to 1. The one chosen last is remembered.
"""

import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

from textual.theme import Theme

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


NIGHT = _theme(
    "night",
    dark=True,
    background="#14171c",
    surface="#1a1e25",
    panel="#222831",
    foreground="#d7dce4",
    muted="#9aa4b2",
    cursor="#2b3645",
    primary="#7db7ff",
    secondary="#9fb4d0",
    accent="#d6a8ff",
    success="#7ccf8e",
    warning="#e7c06a",
    error="#ff8f8f",
)
DAY = _theme(
    "day",
    dark=False,
    background="#fbfbf9",
    surface="#f3f3ef",
    panel="#e8e8e2",
    foreground="#1f2328",
    muted="#525962",
    cursor="#d9e6f5",
    primary="#0b57a4",
    secondary="#3f5573",
    accent="#7a3aa8",
    success="#1a6b34",
    warning="#7a4f00",
    error="#a8202d",
)
EMBER = _theme(
    "ember",
    dark=True,
    background="#1d1814",
    surface="#241e19",
    panel="#2d261f",
    foreground="#dccfbf",
    muted="#b0a191",
    cursor="#3d3126",
    primary="#e0a36a",
    secondary="#bfa58a",
    accent="#d3a0b5",
    success="#a5bd7a",
    warning="#e0bf6f",
    error="#ea9484",
)
PAPER = _theme(
    "paper",
    dark=False,
    background="#f6efe0",
    surface="#efe6d3",
    panel="#e8ddc7",
    foreground="#2b2620",
    muted="#5b5145",
    cursor="#e3d2ad",
    primary="#74450a",
    secondary="#5c4d33",
    accent="#7a2f5c",
    success="#38571a",
    warning="#714800",
    error="#93261a",
)
CONTRAST = _theme(
    "contrast",
    dark=True,
    background="#000000",
    surface="#080808",
    panel="#161616",
    foreground="#ffffff",
    muted="#d4d4d4",
    cursor="#003a5c",
    primary="#7fd8ff",
    secondary="#c9d6ff",
    accent="#ffc2ff",
    success="#7dff9b",
    warning="#ffd83f",
    error="#ffbcbc",
)
THEMES: Mapping[str, Theme] = {t.name: t for t in (NIGHT, DAY, EMBER, PAPER, CONTRAST)}
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
    return DAY.name if ground in LIGHT_GROUNDS else NIGHT.name


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
    with tempfile.NamedTemporaryFile(
        "w", dir=file.parent, prefix=PREFERENCES, delete=False
    ) as draft:
        draft.write(f'theme = "{name}"\n')
    Path(draft.name).replace(file)
