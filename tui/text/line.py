"""A line of a long list: text in styles, fitted into cells, and drawn as a terminal shows it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.strip import Strip
from textual.style import Style

from warehouse.history.format.figures import counted
from warehouse.terminal_text import safe_text

Piece = tuple[str, str]
"""Text from anywhere, and a style of ours in Textual's words (`$text-primary bold`); the text is
made safe when it is shown."""
StyleOf = Callable[[str], Style]
LONGEST = 2_000
"""Characters of a line's middle part that can be seen; of the rest the number is told."""
LEAST_BODY = 12
"""Cells that the middle part keeps before the tail is shown."""
EIGHTHS = " ▏▎▍▌▋▊▉█"


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
            shown.append((_shortened(words, left), style))
            left = 0
            break
        shown.append((words, style))
        left -= taken
    blank = (" " * left, "")
    return [blank, *shown] if right else [*shown, blank]


def _shortened(words: str, width: int) -> str:
    if width < 1:
        return ""
    return set_cell_size(f"{set_cell_size(words, width - 1).rstrip()}…", width)


def bar(share: float, width: int) -> str:
    """`share` (0 to 1) of `width` cells filled, to an eighth of a cell."""
    filled = round(max(0.0, min(share, 1.0)) * width * 8)
    whole, rest = divmod(filled, 8)
    return ("█" * whole + (EIGHTHS[rest] if rest else "")).ljust(width)


def strip_of(
    line: Line, ground: Style, style_of: StyleOf, *, width: int, left: int, row: int
) -> Strip:
    """A safe `line` in `width` cells, its middle part moved `left` cells out of the view.

    `ground` lies under everything, `style_of` reads the styles of pieces. `row` is what a mouse
    that selects text is told.
    """
    blank = ground.rich_style
    lead = _strip(line.lead, ground, style_of)
    tail = _strip(line.tail, ground, style_of)
    room = width - lead.cell_length
    if tail.cell_length and room - tail.cell_length - 1 >= LEAST_BODY:
        room -= tail.cell_length + 1
        tail = Strip([Segment(" ", blank), *tail])
    else:
        tail = Strip([])
    whole = _strip(line.pieces, ground, style_of).apply_offsets(0, row)
    return Strip.join([lead, _cut(whole, left, room, ground), tail]).adjust_cell_length(
        width, blank
    )


def _cut(whole: Strip, left: int, room: int, ground: Style) -> Strip:
    if room <= 0:
        return Strip([])
    blank = ground.rich_style
    if whole.cell_length <= left + room:
        return whole.crop(left, left + room).extend_cell_length(room, blank)
    body = whole.crop(left, left + room - 1).extend_cell_length(room - 1, blank)
    return Strip.join([body, Strip([Segment("…", blank)])])


def _strip(pieces: Iterable[Piece], ground: Style, style_of: StyleOf) -> Strip:
    return Strip(
        [Segment(text, (ground + style_of(style)).rich_style) for text, style in pieces if text]
    )


def safe_line(line: Line) -> Line:
    """`line` without anything a terminal would obey, and no longer than can be looked at."""
    return replace(
        line,
        pieces=_safe(line.pieces),
        lead=_safe(line.lead),
        tail=_safe(line.tail),
    )


def with_selection(line: Line, start: int, end: int, style: str) -> Line:
    """`line` with the characters from `start` to `end` (-1: to its end) of its middle part in
    another style."""
    pieces: list[Piece] = []
    at = 0
    end = len(line.text) if end < 0 else end
    for text, own in line.pieces:
        before, after = max(start - at, 0), max(end - at, 0)
        parts = text[:before], text[before:after], text[after:]
        pieces += zip(parts, (own, f"{own} {style}", own), strict=True)
        at += len(text)
    return replace(line, pieces=tuple(pieces))


def _safe(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    return tuple((safe_text(text, keep_newlines=False), style) for text, style in _bounded(pieces))


def _bounded(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    length = sum(len(text) for text, _ in pieces)
    if length <= LONGEST:
        return pieces
    room = LONGEST
    shown = []
    for text, style in pieces:
        shown.append((text[:room], style))
        room -= min(len(text), room)
    return *shown, (f" … {counted(length - LONGEST, 'more character')}", "$foreground 60%")
