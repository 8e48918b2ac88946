"""The pane of the product: its files, their code, what commits changed."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.widget import Widget

from tui.panes.messages import OpenCode, OpenCommit, OpenFile
from tui.panes.pane import TabbedPane
from tui.panes.work.code_view import CodeView
from tui.panes.work.diff_view import DiffView
from tui.panes.work.files_view import FilesView
from tui.panes.work.view import ProductReader, WorkView


class WorkPane(TabbedPane):
    """Shows the product of the run in a folder."""

    TABS: ClassVar[Mapping[str, str]] = {
        "files": "Files",
        "code": "Code",
        "diff": "Diff",
    }

    def __init__(self, folder: Path, *, id: str | None = None) -> None:  # noqa: A002  Textual's word
        super().__init__(id=id)
        self._reader = ProductReader(folder)

    def views(self) -> Iterator[Widget]:
        yield FilesView(self._reader, id="files")
        yield CodeView(self._reader, id="code")
        yield DiffView(self._reader, id="diff")

    def show_tab(self, tab: str) -> None:
        if self._state is None:
            return
        self.query_one(f"#{tab}", WorkView).show(self._state.work)

    def show_file(self, path: str, sha: str = "", line: int = 0) -> None:
        """Show a file at a commit (the last one where `sha` is empty), at a line counted from 1."""
        self.go_to("code")
        self.query_one(CodeView).open_file(path, sha, line)

    def show_code(self, title: str, text: str, language: str = "") -> None:
        """Show a text that is no file of the product."""
        self.go_to("code")
        self.query_one(CodeView).open_text(title, text, language)

    def show_commit(self, sha: str, path: str = "") -> None:
        """Show what a commit changed, from the beginning of a file."""
        self.go_to("diff")
        self.query_one(DiffView).choose(sha, path)

    @on(OpenFile)
    @on(OpenCommit)
    @on(OpenCode)
    def open(self, message: OpenFile | OpenCommit | OpenCode) -> None:
        """Show what is asked for."""
        message.stop()
        match message:
            case OpenFile(path, sha, line):
                self.show_file(path, sha, line)
            case OpenCommit(sha):
                self.show_commit(sha)
            case OpenCode(title, text, language):
                self.show_code(title, text, language)
