"""A line of a long list, and where such lines come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

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
