"""The table of all runs, with titles to sort by: a roster, drawn line by line."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui.browser.columns import GAP, SOFT, Laid, laid_out
from tui.browser.roster import GroupHead, Roster, RosterLine
from tui.browser.run_row import RunRow
from tui.panes.lines_view import LinesView
from tui.text.line import Line, Piece, fitted

GUTTER = 3
"""Cells before the first column: for the cursor and the mark."""
EDGE = 1
"""Cells that are left free at the right."""
SCROLLBAR = 1
"""Cells that the table keeps for its scrollbar."""
INDENT = 2
"""Cells by which the runs of a group are set in."""


class RunTable(LinesView):
    """Shows a roster. `clock` tells the seconds since 1970.

    The cursor stays on its run when the lines move, and a view that was scrolled moves with it, so
    that it stays where it is on the screen.
    """

    BINDING_GROUP_TITLE = "Runs"
    DEFAULT_CSS = "RunTable { scrollbar-gutter: stable; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Open", tooltip="Open the run, or fold the group"),
        Binding("space", "mark", "Mark", show=False, tooltip="Mark the run, or unmark it"),
        Binding("h,left", "fold(True)", "Fold", show=False, tooltip="Fold the group"),
        Binding("l,right", "fold(False)", "Unfold", show=False, tooltip="Unfold the group"),
    ]

    @dataclass
    class Opened(Message):
        """A run is to be opened."""

        run: RunRow

    class Rearranged(Message):
        """A group was folded, or a run marked."""

    def __init__(self, roster: Roster, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.roster = roster
        self.lines = RunLines(self, clock)
        self._cursor_key = ""
        self._sought = ""
        """The key of the run that the cursor goes to as soon as it is there."""

    @property
    def under_cursor(self) -> RosterLine | None:
        """The line under the cursor."""
        lines = self.roster.lines
        return lines[self.cursor] if self.cursor < len(lines) else None

    @property
    def run(self) -> RunRow | None:
        """The run under the cursor; None on the head of a group."""
        return self.under_cursor if isinstance(self.under_cursor, RunRow) else None

    def bring_up(self, *, settled: bool = True) -> None:
        """Show the lines the roster has now, with the cursor on the run it was on.

        Before they have `settled`, a cursor that nobody has moved stays on its line instead.
        """
        before = self.cursor
        place = self.roster.place_of(self._cursor_key)
        if place is not None:
            self.cursor = place
        self.update()
        if self.scroll_offset.y and self.cursor != before:
            self.scroll_to(y=self.scroll_offset.y + self.cursor - before, animate=False)
        if settled or self._cursor_key:
            self._remember()
        self._find_sought()

    def seek(self, folder: Path) -> None:
        """Put the cursor on a run, or wait for it to appear; until the person goes elsewhere."""
        self._sought = str(folder)
        self._find_sought()

    def _find_sought(self) -> None:
        place = self.roster.place_of(self._sought)
        if place is not None:
            self.move_to(place)

    def move_to(self, number: int, *, near_top: bool = False) -> None:
        """Put the cursor on a line, and bring it into view."""
        super().move_to(number, near_top=near_top)
        self._sought = ""
        self._remember()

    def _remember(self) -> None:
        self._cursor_key = self.under_cursor.key if self.under_cursor else ""

    def action_choose(self) -> None:
        match self.under_cursor:
            case GroupHead(key):
                self._fold(key)
            case RunRow() as run:
                self.post_message(self.Opened(run))

    def action_fold(self, folded: bool) -> None:
        group = self.roster.group_of(self.under_cursor) if self.under_cursor else None
        if group is not None:
            self._fold(group, folded)

    def action_mark(self) -> None:
        if self.run is not None:
            self.roster.mark(self.run)
            self.update()
            self.action_move(1)
            self.post_message(self.Rearranged())

    def _fold(self, group: str, folded: bool | None = None) -> None:
        self.roster.fold(group, folded)
        self._cursor_key = group
        self.bring_up()
        self.move_to(self.cursor)
        self.post_message(self.Rearranged())

    def clicked(self, event: events.Click) -> None:
        """A group is folded by one click, a run marked by one at its left edge."""
        if isinstance(self.under_cursor, GroupHead) or event.chain == 2:
            self.action_choose()
        elif event.x < GUTTER:
            self.action_mark()


class RunLines:
    """The lines of a table, as they are drawn at this moment."""

    width = 0

    def __init__(self, table: RunTable, clock: Callable[[], float]) -> None:
        self._table = table
        self._clock = clock

    def __len__(self) -> int:
        return len(self._table.roster.lines)

    def line(self, number: int) -> Line:
        shown = self._table.roster.lines[number]
        bar = ("▌" if number == self._table.cursor else " ", "$text-primary")
        if isinstance(shown, GroupHead):
            return Line((bar, *_head(shown)))
        marked = shown.key in self._table.roster.marked
        mark = ("◆ " if marked else "  ", "$text-accent bold")
        return Line((bar, mark, *self._cells(shown)))

    def _cells(self, run: RunRow) -> Iterator[Piece]:
        now = self._clock()
        width = self._table.scrollable_content_region.width - GUTTER - EDGE
        is_in_group = run.is_demo or self._table.roster.grouped_by
        for number, laid in enumerate(laid_out(width)):
            if number:
                yield " " * GAP, ""
            cell = laid.column.cell(run, now)
            if laid.column.key == "name" and is_in_group:
                cell = [(" " * INDENT, ""), *cell]
            yield from fitted(cell, laid.width, right=laid.column.right)


def _head(head: GroupHead) -> Iterator[Piece]:
    yield f"{'▸' if head.is_folded else '▾'} ", SOFT
    yield head.title, "bold"
    if not head.about_demos:
        yield f"   {head.sums.in_words}", SOFT


class RunTableHead(Widget):
    """One line of titles, with an arrow at the one that is sorted by."""

    DEFAULT_CSS = "RunTableHead { height: 1; background: $panel; text-wrap: nowrap; }"

    @dataclass
    class Chosen(Message):
        """Runs are to be sorted by a column."""

        column: str

    def __init__(self, roster: Roster) -> None:
        super().__init__()
        self._roster = roster

    def render(self) -> Content:
        pieces: list[Piece] = [(" " * GUTTER, "")]
        for laid in self._laid():
            title = fitted([self._title(laid)], laid.width, right=laid.column.right)
            pieces += [*title, (" " * GAP, "")]
        return Content.assemble(*pieces)

    def on_click(self, event: events.Click) -> None:
        at = event.x - GUTTER
        for laid in self._laid():
            if laid.start <= at < laid.start + laid.width:
                self.post_message(self.Chosen(laid.column.key))

    def _laid(self) -> list[Laid]:
        return laid_out(self.size.width - GUTTER - EDGE - SCROLLBAR)

    def _title(self, laid: Laid) -> Piece:
        column = laid.column
        if column.key != self._roster.sorted_by:
            return column.title, SOFT
        arrow = "↓" if self._roster.descends else "↑"
        return (f"{arrow} {column.title}" if column.right else f"{column.title} {arrow}"), "bold"
