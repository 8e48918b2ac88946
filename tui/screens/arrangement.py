"""Which panes are shown: all of them where there is room, else the one that is used."""

from textual.geometry import Size

PANES = {"chain": "Chain", "talk": "Conversation", "work": "Work", "log": "Log"}
"""Pane id → name, in the order of their number keys."""
LEAST_WIDTH, LEAST_HEIGHT = 100, 28
"""Columns and rows from which all panes are shown at once."""
ROOMY_WIDTH = 160
"""Columns from which the outer panes get more."""


def has_room(size: Size) -> bool:
    """Whether all panes fit."""
    return size.width >= LEAST_WIDTH and size.height >= LEAST_HEIGHT


def shown_panes(size: Size, current: str, *, zoomed: bool) -> tuple[str, ...]:
    """The panes that are shown, `current` being the one that is used."""
    if zoomed or not has_room(size):
        return (current,)
    return tuple(PANES)


def neighbour(pane: str, distance: int) -> str:
    """The pane so many places further, going round."""
    names = list(PANES)
    return names[(names.index(pane) + distance) % len(names)]
