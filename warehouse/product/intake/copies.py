"""Where copies of repositories are that were made here, of which many runs begin."""

from pathlib import Path

from warehouse.user_folders import cache_folder


def shared_folder() -> Path:
    """The folder of the copies; it need not be there."""
    return cache_folder().absolute() / "repositories"


def is_shared(root: Path) -> bool:
    """Whether this is one of them: what it holds was checked when it was made."""
    return root.parent == shared_folder()
