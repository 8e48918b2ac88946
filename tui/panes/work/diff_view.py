"""The tab of a commit's diff; the newest commit's, unless another was chosen.

While a role changes files with tools, what it has not committed yet is the newest.
"""

import asyncio
from bisect import bisect_left, bisect_right
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tui.panes.lines_view import LinesView
from tui.panes.messages import OpenCode, OpenFile
from tui.panes.work.diff_lines import DiffLines, DiffRow, counts, known_rows, rows_of
from tui.panes.work.view import ProductReader, WorkView
from tui.run_state.work import Work
from tui.text.plain import OneLine, plain
from warehouse.errors import ProductError
from warehouse.history.entries import Committed
from warehouse.history.format.figures import counted

IN_HAND = "in hand"
"""What stands for the id of a commit while there is none."""


class DiffView(WorkView):
    """Shows what one commit changed, or will."""

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
        self._chosen = "" if sha == self._newest else sha
        self._load(sha)

    def follow(self, work: Work) -> None:
        """Follow the newest commit, or keep the chosen one while the run has it."""
        went_back = work is not self._work
        self._work = work
        if went_back and self._chosen and work.commit(self._chosen) is None:
            self._chosen = ""
        sha = self._chosen or self._newest
        moved = went_back or work.version != self._version
        if sha != self._shown or (sha == IN_HAND and not self._chosen and moved):
            self._load(sha)
        elif work.version != self._version and (commit := work.commit(sha)) is not None:
            self._head(commit)
        self._version = work.version

    @property
    def _newest(self) -> str:
        return IN_HAND if self._work.workspace else self._work.head

    @work(exclusive=True)
    async def _load(self, sha: str) -> None:
        self._shown = sha
        commit = self._work.commit(sha)
        self._head(commit)
        workspace = self._work.workspace if sha == IN_HAND else None
        if not sha:
            self._take([])
            return
        try:
            if workspace is not None:
                files = await asyncio.to_thread(self._reader.not_committed, workspace)
            else:
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
        if self._shown == IN_HAND and (workspace := self._work.workspace) is not None:
            self.query_one(".subject", OneLine).say("Not committed yet")
            about = (
                f"in the hands of {workspace.speaker} · {counted(len(workspace.changed), 'file')}"
            )
            self.query_one(".about", OneLine).say(plain(about, one_line=True))
            return
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
        workspace = self._work.workspace
        if path and self._shown != IN_HAND:
            self.post_message(OpenFile(path, self._shown, row.number))
        elif path and workspace is not None:
            self.post_message(OpenCode(path, workspace.changed.get(path) or ""))

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
