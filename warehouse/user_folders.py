"""The user's own folders: for settings of softhouse, and for what it has to remember."""

import os
from collections.abc import Mapping
from pathlib import Path


def config_folder() -> Path:
    """$SOFTHOUSE_CONFIG, else the user's own folder for such things; it need not be there."""
    from platformdirs import user_config_path

    chosen = os.environ.get("SOFTHOUSE_CONFIG")
    return Path(chosen) if chosen else user_config_path("softhouse", appauthor=False)


def state_folder() -> Path:
    """$SOFTHOUSE_STATE, else the user's own folder for what programs remember; it need not be there."""
    from platformdirs import user_state_path

    chosen = os.environ.get("SOFTHOUSE_STATE")
    return Path(chosen) if chosen else user_state_path("softhouse", appauthor=False)


def cache_folder(env: Mapping[str, str] | None = None) -> Path:
    """$SOFTHOUSE_CACHE, else the user's own folder for what can be had again; it need not be there."""
    chosen = (os.environ if env is None else env).get("SOFTHOUSE_CACHE", "").strip()
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("softhouse", appauthor=False)
