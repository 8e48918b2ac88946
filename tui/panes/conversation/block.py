"""A block: the rows that one item of a list takes on the screen."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from warehouse.terminal_text import safe_text

Target = Literal["fold", "commit"] | int | None
"""What a row opens: the rest of the item, its commit, or the piece of its code of that number."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: no wider than the block was laid out for."""

    strip: Strip
    opens: Target = None
    searchable: bool = False
    """Whether it shows the item's own text, in which a search looks."""


EMPTY = Row(Strip([], 0))


@dataclass(frozen=True, slots=True)
class RowBlock:
    """The rows of an item. The first `lead` of them keep it apart from what is above."""

    rows: tuple[Row, ...]
    lead: int = 0
    foldable: bool = False
    """Whether there is more of it, or less, to be seen."""


def row(*pieces: tuple[str, Style], opens: Target = None, searchable: bool = False) -> Row:
    """A row of pieces of text that are safe to show, each in its style."""
    return Row(Strip([Segment(text, style) for text, style in pieces if text]), opens, searchable)


def one_line(text: str) -> str:
    """A text from anywhere, safe to show on one row."""
    return safe_text(text, keep_newlines=False).replace("\u200b", "")


def fitted(row: Row, width: int) -> Row:
    """A row cut off at a width, with an ellipsis where something is missing."""
    if row.strip.cell_length <= width:
        return row
    cut = row.strip.crop(0, max(width - 1, 0))
    pieces = list(cut)
    dots = Segment("…", pieces[-1].style if pieces else None)
    return Row(Strip([*pieces, dots]), row.opens, row.searchable)


def apart(left: Row, right: Row, width: int) -> Row:
    """Two rows as one: the left one at the left edge, the right one at the right if there is room."""
    room = width - right.strip.cell_length
    if not right.strip.cell_length or left.strip.cell_length + 2 > room:
        return fitted(left, width)
    middle = Strip([Segment(" " * (room - left.strip.cell_length))])
    return Row(Strip.join([left.strip, middle, right.strip]), left.opens, left.searchable)


def indented(rows: Iterable[Row], prefix: str) -> Iterable[Row]:
    """The rows, further to the right."""
    blank = Strip([Segment(prefix)])
    for item in rows:
        yield Row(Strip.join([blank, item.strip]), item.opens, item.searchable)


def painted(strip: Strip, start: int, end: int, style: Style) -> Strip:
    """A row with another style on the characters from `start` up to `end`."""
    left, right = (strip.index_to_cell_position(at) for at in (start, end))
    if left >= right:
        return strip
    inked = [Segment(each.text, (each.style or style) + style) for each in strip.crop(left, right)]
    return Strip.join([strip.crop(0, left), Strip(inked), strip.crop(right)])
