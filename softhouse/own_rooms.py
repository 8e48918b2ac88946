"""softhouse's folders have everyday names: another `company/` may stand before ours on the path."""

from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ROOMS = ("roles", "phases", "warehouse", "company", "tui")


def ensure_own_rooms() -> None:
    """Raises ImportError, naming the stranger, where one of our rooms is hidden by another package."""
    for room in ROOMS:
        spec = find_spec(room)
        places = [*(spec.submodule_search_locations or [spec.origin or ""])] if spec else []
        if not any(Path(place).resolve().parent == HERE for place in places):
            raise ImportError(
                f"{places[0] if places else 'Nothing'} was found where softhouse keeps its own "
                f"{room!r}. Start Python in another folder, or with -P, or rename that one."
            )
