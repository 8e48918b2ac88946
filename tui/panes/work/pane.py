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
from tui.panes.work.view import ProductReader


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

    @on(OpenFile)
    @on(OpenCommit)
    @on(OpenCode)
    def open(self, message: OpenFile | OpenCommit | OpenCode) -> None:
        """Show what is asked for."""
        message.stop()
        match message:
            case OpenFile(path, sha, line):
                self.go_to("code")
                self.query_one(CodeView).open_file(path, sha, line)
            case OpenCode(title, text, language):
                self.go_to("code")
                self.query_one(CodeView).open_text(title, text, language)
            case OpenCommit(sha):
                self.go_to("diff")
                self.query_one(DiffView).choose(sha)
