"""What a person chose in the window, remembered for the next time."""

import tempfile
import tomllib
from pathlib import Path

from warehouse.user_folders import config_folder

FILE_NAME = "window.toml"
MOST_BYTES = 10_000


def preferences_file() -> Path:
    """Where it is kept: in $SOFTHOUSE_CONFIG, or in the user's own folder for such things."""
    return config_folder() / FILE_NAME


def remembered_theme() -> str | None:
    """The name of the theme chosen last; None where none was, or nobody can read it any more."""
    try:
        with preferences_file().open("rb") as file:
            kept = tomllib.loads(file.read(MOST_BYTES).decode())
    except (OSError, ValueError):
        return None
    theme = kept.get("theme")
    return theme if isinstance(theme, str) else None


def remember_theme(name: str) -> None:
    """Keep the name of a theme of ours. Raises OSError where nothing can be written."""
    file = preferences_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=FILE_NAME, delete=False) as draft:
        draft.write(f'theme = "{name}"\n')
    Path(draft.name).replace(file)
