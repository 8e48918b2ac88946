"""The tab of a commit's diff; the newest commit's, unless another was chosen."""

import asyncio
from bisect import bisect_left, bisect_right
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tui.panes.lines_view import LinesView
from tui.panes.messages import OpenFile
from tui.panes.work.diff_lines import DiffLines, DiffRow, counts, known_rows, rows_of
from tui.panes.work.view import ProductReader, WorkView
from tui.run_state.work import Work
from tui.text.plain import OneLine, plain
from warehouse.errors import ProductError
from warehouse.history.entries import Committed
from warehouse.history.format.figures import counted


class DiffView(WorkView):
    """Shows what one commit changed."""

    DEFAULT_CSS = """
    DiffView > .subject { color: $foreground; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "hunk(1)", "Next hunk", tooltip="Go to the next change"),
        Binding("N", "hunk(-1)", "Previous hunk", show=False, tooltip="Go to the change before"),
        Binding("d", "code", "Code", tooltip="Show the file as this commit has it"),
        Binding("f", "follow", "Newest", show=False, tooltip="Show the newest commit, always"),
        Binding("y", "copy", "Copy", show=False, tooltip="Copy the diff"),
        Binding("o", "origin", "Origin", tooltip="Go to the words that made this"),
    ]

    def __init__(self, reader: ProductReader, *, id: str) -> None:  # noqa: A002  Textual's word
        super().__init__(reader, id=id)
        self._version = 0
        self._chosen = ""
        self._shown = ""
        self._lines = DiffLines()

    def compose(self) -> ComposeResult:
        yield OneLine(classes="subject")
        yield OneLine(classes="about")
        yield LinesView().say("No commits yet.")

    def choose(self, sha: str) -> None:
        """Show a commit; the newest one is followed from then on."""
        commit = self._work.commit(sha)
        sha = commit.sha if commit else sha
        self._chosen = "" if sha == self._work.head else sha
        self._load(sha)

    def follow(self, work: Work) -> None:
        """Follow the newest commit, or keep the chosen one while the run has it."""
        went_back = work is not self._work
        self._work = work
        if went_back and self._chosen and work.commit(self._chosen) is None:
            self._chosen = ""
        if (sha := self._chosen or work.head) != self._shown:
            self._load(sha)
        elif work.version != self._version and (commit := work.commit(sha)) is not None:
            self._head(commit)
        self._version = work.version

    @work(exclusive=True)
    async def _load(self, sha: str) -> None:
        self._shown = sha
        commit = self._work.commit(sha)
        self._head(commit)
        if not sha:
            self._take([])
            return
        try:
            files = await asyncio.to_thread(self._reader.diff, sha)
            rows = await asyncio.to_thread(rows_of, commit, files)
        except ProductError as error:
            rows = known_rows(commit, str(error)) if commit else []
            self.query_one(LinesView).say(f"{error}.")
        self._take(rows)

    def _take(self, rows: list[DiffRow]) -> None:
        self._lines = DiffLines(rows)
        self.query_one(LinesView).show_lines(self._lines, cursor=0)

    def _head(self, commit: Committed | None) -> None:
        subject = commit.message.partition("\n")[0] if commit else self._shown[:7]
        if commit and not subject:
            subject = "The customer's files"
        self.query_one(".subject", OneLine).say(plain(subject, one_line=True))
        self.query_one(".about", OneLine).say(self._about(commit) if commit else Content())

    def _about(self, commit: Committed) -> Content:
        added = sum(change.added for change in commit.files)
        removed = sum(change.removed for change in commit.files)
        tags = self._work.tags.get(commit.sha, [])
        parts = [
            commit.sha[:7],
            commit.author or "the customer",
            commit.at[11:19],
            counted(len(commit.files), "file"),
        ]
        newest = [" · newest"] if commit.sha == self._work.head else []
        tagged = [f" · {', '.join(tags)}"] if tags else []
        return Content.assemble(
            plain(" · ".join(parts) + " ", one_line=True),
            *counts(added, removed),
            *(plain(text, one_line=True) for text in (*tagged, *newest)),
        )

    @property
    def _row(self) -> DiffRow:
        cursor = self.query_one(LinesView).cursor
        return self._lines.rows[cursor] if cursor < len(self._lines) else DiffRow()

    @on(LinesView.Moved)
    def _keep(self, message: LinesView.Moved) -> None:
        """Whoever reads a commit is not taken to the next."""
        message.stop()
        self._chosen = self._shown

    @on(LinesView.Chosen)
    def _open(self, message: LinesView.Chosen) -> None:
        message.stop()
        self.action_code()

    def action_code(self) -> None:
        """Open the file at the cursor, where the cursor is."""
        row = self._row
        path = row.path or next((each.path for each in self._lines.rows if each.path), "")
        if path:
            self.post_message(OpenFile(path, self._shown, row.number))

    def action_hunk(self, direction: int) -> None:
        """Go to the next change, or to the one before."""
        view, hunks = self.query_one(LinesView), self._lines.hunks
        if direction > 0:
            at = bisect_right(hunks, view.cursor)
        else:
            at = bisect_left(hunks, view.cursor) - 1
        if 0 <= at < len(hunks):
            self._chosen = self._shown
            view.move_to(hunks[at], near_top=True)

    def action_follow(self) -> None:
        """Show the newest commit, and each that comes."""
        self._chosen = ""
        self.follow(self._work)

    def action_copy(self) -> None:
        """Copy the changed lines with their marks."""
        lines = [row.changed for row in self._lines.rows if row.changed is not None]
        self.copy("\n".join(f"{line.mark}{line.text}" for line in lines))

    def action_origin(self) -> None:
        """Go to the step that made the commit."""
        self.go_to_origin(self._work.commit(self._shown))
