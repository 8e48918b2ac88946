"""Lines turned into what a terminal shows: safe, cut to size, in the colours of the theme."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from rich.segment import Segment
from textual.strip import Strip
from textual.style import Style

from tui.text.line import Line, Piece
from warehouse.history.format.figures import counted
from warehouse.terminal_text import safe_text

LONGEST = 2_000
"""Characters of a line's middle part that can be seen; of the rest the number is told."""
LEAST_BODY = 12
"""Cells that the middle part keeps before the tail is shown."""

StyleOf = Callable[[str], Style]


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
        pieces=_safe(_bounded(line.pieces)),
        lead=_safe(_bounded(line.lead)),
        tail=_safe(_bounded(line.tail)),
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


def _safe(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple((safe_text(text, keep_newlines=False), style) for text, style in pieces)


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
