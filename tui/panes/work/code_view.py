"""The tab of code: a file of the product as a commit has it, or a text from elsewhere."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.panes.lines_view import LinesView
from tui.panes.messages import OpenCommit
from tui.panes.work.code_lines import CodeLines
from tui.panes.work.file_lines import amount
from tui.panes.work.view import ProductReader, WorkView
from tui.run_state.work import Work
from tui.text.line import NO_LINES
from tui.text.plain import OneLine
from warehouse.errors import ProductError
from warehouse.history.format.figures import counted

AHEAD = 200
"""Lines below the view that have their colours before they are seen."""
NOTHING = "Choose a file, or a piece of code in the conversation."


@dataclass(frozen=True)
class FileVersion:
    """A file as a commit has it. `sha` is empty where the run has no such file at this point."""

    path: str
    sha: str
    deleted_in: str = ""
    """The commit that deleted it, which is the one after `sha`."""


class CodeView(WorkView):
    """Shows one text at a time. A file that no commit was named for changes as the run goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "diff", "Diff", tooltip="Show what was last changed here"),
        Binding("y", "copy", "Copy", tooltip="Copy the file"),
        Binding("o", "origin", "Origin", tooltip="Go to the words that made this"),
    ]

    def __init__(self, reader: ProductReader, *, id: str) -> None:  # noqa: A002  Textual's word
        super().__init__(reader, id=id)
        self._path = ""
        self._named = ""
        self._shown: FileVersion | None = None
        self._text = ""
        self._title = ""
        self._lines = CodeLines()

    def compose(self) -> ComposeResult:
        yield OneLine()
        yield LinesView().say(NOTHING)

    def on_mount(self) -> None:
        self.watch(self.query_one(LinesView), "scroll_y", self._on_scroll, init=False)

    def _on_scroll(self) -> None:
        self._colour()

    def open_file(self, path: str, sha: str, line: int) -> None:
        """Show a file at a commit (empty: as it is now), with the cursor on a line from 1."""
        self._path, self._named = path, sha
        self._load(self._version(), max(line - 1, 0))

    def open_text(self, title: str, text: str, language: str) -> None:
        """Show a text that is no file."""
        self.workers.cancel_node(self)
        self._path, self._shown = "", None
        self._take(title, text, language=language)

    def follow(self, work: Work) -> None:
        """Follow the file that is shown."""
        self._work = work
        if self._path and (version := self._version()) != self._shown:
            self._load(version, self.query_one(LinesView).cursor)

    def _version(self) -> FileVersion:
        file = self._work.files.get(self._path)
        if self._named:
            commit = self._work.commit(self._named)
            sha = commit.sha if commit else self._named
            changes = commit.files if commit else ()
            gone = any(c.path == self._path and c.status == "deleted" for c in changes)
        else:
            sha = file.sha if file else ""
            gone = file.deleted if file else False
        return (
            FileVersion(self._path, self._work.before(sha), sha)
            if gone
            else FileVersion(self._path, sha)
        )

    @work(exclusive=True)
    async def _load(self, version: FileVersion, cursor: int) -> None:
        self._shown = version
        if not version.sha:
            self._refuse(version.path, f"At this point of the run there is no file {version.path}.")
            return
        try:
            content = await asyncio.to_thread(self._reader.read, version.path, version.sha)
        except ProductError as error:
            self._refuse(version.path, f"{error}. What was said about it is in the conversation: o")
            return
        if b"\0" in content:
            about = f"{version.path} is not text: {amount(len(content))} of something else."
            self._refuse(version.path, about)
            return
        self._take(self._heading(version), content.decode("utf-8", "replace"), cursor)

    def _heading(self, version: FileVersion) -> str:
        commit = self._work.commit(version.sha)
        parts = [version.path, version.sha[:7]]
        if version.deleted_in:
            parts.append(f"as it was before {version.deleted_in[:7]} deleted it")
        elif commit:
            parts.append(commit.author or "the customer")
        return " · ".join(parts)

    def _refuse(self, title: str, why: str) -> None:
        self._text = ""
        self.query_one(OneLine).say(title)
        self.query_one(LinesView).say(why).show_lines(NO_LINES)

    def _take(self, title: str, text: str, cursor: int = 0, language: str = "") -> None:
        self._text = text
        self._lines = lines = CodeLines(text, self._path or title, language)
        self._title = f"{title} · {counted(len(lines), 'line')}"
        self.query_one(OneLine).say(self._title)
        self.query_one(LinesView).say("It is empty.").show_lines(lines, cursor=cursor)
        self._colour()

    @work
    async def _colour(self) -> None:
        """Colour what can be seen, and a little more."""
        view, lines = self.query_one(LinesView), self._lines
        bottom = max(view.scroll_offset.y, view.cursor) + view.size.height
        if not await lines.colour(bottom + AHEAD) or view.lines is not lines:
            return
        view.update()
        if lines.ended and 0 < lines.coloured < len(lines):
            ends = f"too much for colours from line {lines.coloured + 1:,}"
            self.query_one(OneLine).say(f"{self._title} · {ends}")

    def action_diff(self) -> None:
        if self._shown is not None and self._shown.sha:
            self.post_message(OpenCommit(self._shown.deleted_in or self._shown.sha))

    def action_copy(self) -> None:
        self.copy(self._text)

    def action_origin(self) -> None:
        """Go to the step that made the version shown."""
        if (version := self._shown) is not None:
            self.go_to_origin(self._work.commit(version.deleted_in or version.sha))

    @on(LinesView.Chosen)
    def _nothing_to_open(self, message: LinesView.Chosen) -> None:
        message.stop()
