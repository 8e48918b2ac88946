"""The titles above the table of runs; a click on one sorts by it."""

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui.browser.columns import GAP, SOFT, Laid, laid_out
from tui.browser.roster import Roster
from tui.panes.cells import fitted
from tui.panes.run_table import EDGE, GUTTER
from tui.text.line import Piece

SCROLLBAR = 1
"""Cells that the table keeps for its scrollbar."""


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
