"""softhouse's folders have everyday names: another `company/` may stand before ours on the path."""

import os.path
import sys

# `softhouse --help` waits for this module: it does without importlib.util and pathlib.
HERE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))  # noqa: PTH120
ROOMS = ("roles", "phases", "warehouse", "company", "tui")


def ensure_own_rooms() -> None:
    """Raises ImportError, naming the stranger, where one of our rooms is hidden by another package."""
    for room in ROOMS:
        places = _places(room)
        if not any(os.path.dirname(os.path.realpath(place)) == HERE for place in places):  # noqa: PTH120
            raise ImportError(
                f"{places[0] if places else 'Nothing'} was found where softhouse keeps its own "
                f"{room!r}. Start Python in another folder, or with -P, or rename that one."
            )


def _places(package: str) -> list[str]:
    """Where Python would import a package from. Nothing of it is run."""
    for finder in sys.meta_path:
        spec = finder.find_spec(package, None)
        if spec is not None:
            return [*(spec.submodule_search_locations or [spec.origin or ""])]
    return []
