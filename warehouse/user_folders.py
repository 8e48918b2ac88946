"""The user's own folder for settings of softhouse."""

import os
from pathlib import Path


def config_folder() -> Path:
    """$SOFTHOUSE_CONFIG, else the user's own folder for such things; it need not be there."""
    chosen = os.environ.get("SOFTHOUSE_CONFIG")
    if chosen:
        return Path(chosen)
    from platformdirs import user_config_path

    return user_config_path("softhouse", appauthor=False)
