"""Rows of a view of blocks as they are drawn: the bar of the current item, matches, the selection."""

from rich.segment import Segment
from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip

from tui.panes.conversation.block import painted
from tui.panes.conversation.inks import Inks
from tui.panes.conversation.layout import Layout
from tui.panes.conversation.search import Highlights

GUTTER = 2
"""Columns to the left of the text."""
MOST_SELECTED = 5_000
"""Rows that are copied at once with the mouse."""


def row_of(line: int, layout: Layout, current: int, highlights: Highlights, inks: Inks) -> Strip:
    """A line of the list; empty where it is not laid out."""
    index, row = layout.at(line)
    block = layout.laid_out(index)
    if block is None:
        return Strip([])
    bar = "▌ " if index == current and row >= block.lead else "  "
    return Strip([Segment(bar, inks.bar), *highlights.on(index, row, block, inks)])


def news_row(news: int, width: int, inks: Inks) -> Strip:
    """What is said at the bottom while there is more below."""
    note = Strip([Segment(f" ↓ {news:,} new ", inks.news)])
    return note.text_align(width - 1, "right")


def nothing_row(words: str, width: int, inks: Inks) -> Strip:
    """What is said in the middle of an empty list."""
    return Strip([Segment(words.center(width), inks.dim)])


def selected(strip: Strip, span: tuple[int, int], style: Style) -> Strip:
    """A row with the characters of the selection in another style; -1 is the end of the row."""
    start, end = span
    last = len(strip.text)
    return painted(strip, min(max(start, GUTTER), last), last if end < 0 else min(end, last), style)


def selected_text(layout: Layout, selection: Selection) -> str:
    """The text of a selection, without what stands to the left of it."""
    first = selection.start.y if selection.start else 0
    last = selection.end.y if selection.end else layout.total - 1
    rows = []
    for line in range(first, min(last + 1, first + MOST_SELECTED)):
        shown = layout.row(line)
        if shown is None:
            break
        start, end = selection.get_span(line) or (0, 0)
        text = shown[1].strip.text
        rows.append(text[max(start - GUTTER, 0) : None if end < 0 else max(end - GUTTER, 0)])
    return "\n".join(rows)
