"""A line of a long list: pieces of text in styles, fitted into cells, and where such lines come from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.cells import cell_len, set_cell_size

Piece = tuple[str, str]
"""Text from anywhere, and a style of ours in Textual's words (`$text-primary bold`); the text is
made safe when it is shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line in three parts: `lead` stays where it is when the view moves sideways, `tail` stands
    at the right edge, and gives way where there is no room for it."""

    pieces: tuple[Piece, ...]
    lead: tuple[Piece, ...] = ()
    tail: tuple[Piece, ...] = ()
    ground: str = ""
    """The style that lies under the whole line."""

    @property
    def text(self) -> str:
        """The words of the middle part."""
        return "".join(text for text, _ in self.pieces)


class Lines(Protocol):
    """Lines that are made when they are asked for."""

    @property
    def width(self) -> int:
        """Cells of the longest line's middle part, where the view is to move sideways; 0 where
        lines end at the view's edge."""

    def __len__(self) -> int: ...

    def line(self, number: int) -> Line:
        """A line by its number, counted from 0."""


@dataclass(frozen=True, slots=True)
class FixedLines:
    """Lines that were made before."""

    lines: Sequence[Line] = ()
    width: int = 0

    def __len__(self) -> int:
        return len(self.lines)

    def line(self, number: int) -> Line:
        return self.lines[number]


NO_LINES = FixedLines()


def fitted(pieces: Iterable[Piece], width: int, *, right: bool = False) -> list[Piece]:
    """The pieces in exactly `width` cells: padded, or cut off with an ellipsis."""
    shown: list[Piece] = []
    left = width
    for words, style in pieces:
        taken = cell_len(words)
        if taken > left:
            shown.append((_cut(words, left), style))
            left = 0
            break
        shown.append((words, style))
        left -= taken
    blank = (" " * left, "")
    return [blank, *shown] if right else [*shown, blank]


def _cut(words: str, width: int) -> str:
    if width < 1:
        return ""
    return set_cell_size(f"{set_cell_size(words, width - 1).rstrip()}…", width)


EIGHTHS = " ▏▎▍▌▋▊▉█"


def bar(share: float, width: int) -> str:
    """`share` (0 to 1) of `width` cells filled, to an eighth of a cell."""
    filled = round(max(0.0, min(share, 1.0)) * width * 8)
    whole, rest = divmod(filled, 8)
    return ("█" * whole + (EIGHTHS[rest] if rest else "")).ljust(width)
