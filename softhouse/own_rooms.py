"""softhouse's folders have everyday names: another `company/` may stand before ours on the path.

And a person may stand in a stranger's folder: nothing is imported from there, and no program is found there.
"""

import os
import os.path
import sys

# `softhouse --help` waits for this module: it does without importlib.util and pathlib.
HERE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))  # noqa: PTH120
ROOMS = ("roles", "phases", "warehouse", "company", "tui")


def leave_the_current_folder() -> None:
    """Take the folder that this process was started in off the paths of modules and of programs.

    It stays where it is our own, as in a checkout that was never installed.
    """
    unwanted = {os.path.realpath(os.curdir)} - {HERE}
    sys.path[:] = [
        place
        for place in sys.path
        if os.path.isabs(place) and os.path.realpath(place) not in unwanted  # noqa: PTH117
    ]
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    os.environ["PATH"] = os.pathsep.join(filter(os.path.isabs, folders))


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
