"""Words fitted into cells of a line, by how wide a terminal draws them."""

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size

from tui.text.line import Piece


def fitted(pieces: Iterable[Piece], width: int, *, right: bool = False) -> list[Piece]:
    """The pieces in exactly `width` cells: padded, or cut off with an ellipsis."""
    kept: list[Piece] = []
    left = width
    for words, style in pieces:
        taken = cell_len(words)
        if taken > left:
            kept.append((_cut(words, left), style))
            left = 0
            break
        kept.append((words, style))
        left -= taken
    blank = (" " * left, "")
    return [blank, *kept] if right else [*kept, blank]


def _cut(words: str, width: int) -> str:
    if width < 1:
        return ""
    return set_cell_size(f"{set_cell_size(words, width - 1).rstrip()}…", width)
