"""The tab of the product's files."""

import asyncio
from collections.abc import Mapping
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.panes.lines_view import LinesView
from tui.panes.messages import OpenCommit, OpenFile
from tui.panes.work.file_lines import FileLines, TreeRow, rows_of
from tui.panes.work.view import ProductReader, WorkView
from tui.run_state.work import Since, Work
from tui.text.plain import OneLine
from warehouse.errors import ProductError
from warehouse.history.format.figures import counted

SINCE: Mapping[Since, str] = {
    "phase": "since the last phase",
    "commit": "in the last commit",
    "start": "since the start",
}


class FilesView(WorkView):
    """A tree of the files, with marks for what became of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "diff", "Diff", tooltip="Show what was last changed in this file"),
        Binding("m", "since", "Marks", show=False, tooltip="Mark what changed since another time"),
    ]

    def __init__(self, reader: ProductReader, *, id: str) -> None:  # noqa: A002  Textual's word
        super().__init__(reader, id=id)
        self._version = -1
        self._since: Since = "phase"
        self._folded: set[str] = set()
        self._rows: list[TreeRow] = []
        self._sizes: Mapping[str, int] = {}

    def compose(self) -> ComposeResult:
        yield OneLine()
        yield LinesView(one_click=True).say("No files yet.")

    def follow(self, work: Work) -> None:
        """Show the files as they are now."""
        if work is self._work and work.version == self._version:
            return
        had_head = self._work.head
        self._work, self._version = work, work.version
        self._lay_out()
        if work.head != had_head:
            self._measure(work.head)

    def _lay_out(self) -> None:
        """Make the rows anew; the cursor stays on its file."""
        marks = self._work.marks(self._since)
        files = [f for f in self._work.files.values() if not f.deleted or f.path in marks]
        before = self._row
        self._rows = rows_of(files, self._folded)
        view = self.query_one(LinesView)
        view.lines = FileLines(self._rows, marks, self._sizes)
        view.update()
        if before is not None:
            paths = [row.path for row in self._rows]
            if before.path in paths:
                view.move_to(paths.index(before.path))
        there = [file.lines for file in files if not file.deleted]
        sums = f"{counted(len(there), 'file')} · {counted(sum(there), 'line')}"
        changes = f"{len(marks):,} changed {SINCE[self._since]}"
        self.query_one(OneLine).say(f"{sums} · {changes}" if self._work.commits else "")

    @work(exclusive=True)
    async def _measure(self, head: str) -> None:
        try:
            self._sizes = await asyncio.to_thread(self._reader.sizes, head) if head else {}
        except ProductError:
            self._sizes = {}  # the journal tells names and lines all the same
        self._lay_out()

    @property
    def _row(self) -> TreeRow | None:
        cursor = self.query_one(LinesView).cursor
        return self._rows[cursor] if cursor < len(self._rows) else None

    @on(LinesView.Chosen)
    def _open(self, message: LinesView.Chosen) -> None:
        message.stop()
        row = self._row
        if row is None:
            return
        if row.file is not None:
            self.post_message(OpenFile(row.path))
            return
        self._folded ^= {row.path}
        self._lay_out()

    def action_diff(self) -> None:
        row = self._row
        if row is not None and row.file is not None:
            self.post_message(OpenCommit(row.file.sha))

    def action_since(self) -> None:
        """Mark what changed since the next of the times."""
        times = list(SINCE)
        self._since = times[(times.index(self._since) + 1) % len(times)]
        self._lay_out()
