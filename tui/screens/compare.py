"""Two runs side by side: what was ordered differently, what came of it, and how the files differ."""

import asyncio
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.screen import Screen

from tui.browser.columns import SOFT
from tui.browser.side_by_side import SheetRow, SideBySide, heading, patch_lines, sheet, side_by_side
from tui.panes.key_line import KeyLine
from tui.panes.lines_view import LinesView
from tui.screens.window import is_open
from tui.text.line import FixedLines
from tui.text.plain import PlainStatic, plain
from warehouse.errors import SofthouseError


class SheetView(LinesView):
    """The lines that tell what differs."""

    class Resized(Message):
        """There is another width for them."""

    def on_resize(self) -> None:
        self.post_message(self.Resized())


class CompareScreen(Screen[None]):
    """Holds two runs side by side; a file that differs is shown line by line."""

    BINDING_GROUP_TITLE = "Comparison"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (150, "-wide")]  # noqa: RUF012
    DEFAULT_CSS = """
    CompareScreen #heads { height: 3; text-wrap: nowrap; text-overflow: ellipsis; }
    CompareScreen #both { layout: vertical; height: 1fr; }
    CompareScreen #sheet { height: 1fr; border-top: solid $panel; }
    CompareScreen #patch {
        height: 1fr; display: none; border-top: solid $primary; border-title-color: $primary;
    }
    CompareScreen.-patch #patch { display: block; }
    CompareScreen.-wide #both { layout: horizontal; }
    CompareScreen.-wide #patch { border-top: none; border-left: solid $primary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "back", "Back", tooltip="Close the file, then the comparison"),
        Binding("a", "everything", "All", tooltip="Show also what is the same"),
        Binding("n", "file(1)", "Next file", tooltip="Show the next file that differs"),
        Binding("N", "file(-1)", "Previous file", show=False, tooltip="Show the one before"),
        Binding("tab", "app.focus_next", "Other part", show=False, tooltip="To the other part"),
    ]

    def __init__(self, a: Path, b: Path) -> None:
        super().__init__()
        self._folders = a, b
        self._pair: SideBySide | None = None
        self._rows: list[SheetRow] = []
        self._everything = False
        self._path = ""
        """The file that is shown line by line."""

    def compose(self) -> ComposeResult:
        yield PlainStatic("Reading both runs …", id="heads")
        with Container(id="both"):
            yield SheetView(id="sheet")
            yield LinesView(id="patch")
        yield KeyLine()

    def on_mount(self) -> None:
        self._sheet.focus()
        self._hold()

    @property
    def _sheet(self) -> LinesView:
        return self.query_one("#sheet", LinesView)

    @property
    def _patch(self) -> LinesView:
        return self.query_one("#patch", LinesView)

    @work
    async def _hold(self) -> None:
        heads = self.query_one("#heads", PlainStatic)
        try:
            pair = await asyncio.to_thread(side_by_side, *self._folders)
        except SofthouseError as error:
            heads.say(f"✗ {error}")
            return
        if not is_open(self):
            return
        self._pair = pair
        shared = plain(f"    {pair.shared}", SOFT, one_line=True)
        heads.say(Content("\n").join([heading("A", pair.a), heading("B", pair.b), shared]))
        self._lay_out()

    @on(SheetView.Resized)
    def _lay_out(self) -> None:
        """Make the lines for the width there is; the cursor stays on its line."""
        if self._pair is None:
            return
        before = self._rows[self._sheet.cursor] if self._rows else None
        width = self._sheet.scrollable_content_region.width
        self._rows = sheet(self._pair, width, everything=self._everything)
        lines = FixedLines([row.line for row in self._rows])
        self._sheet.show_lines(lines, cursor=self._place_of(before))

    def _place_of(self, row: SheetRow | None) -> int:
        """The first line that tells of the same; the top where none does any more."""
        fact = (row.part, row.name) if row else ("", "")
        places = (n for n, row in enumerate(self._rows) if (row.part, row.name) == fact)
        return next(places, 0)

    @on(LinesView.Chosen, "#sheet")
    def _choose(self, message: LinesView.Chosen) -> None:
        self._show_file(self._rows[message.number].path)

    def _show_file(self, path: str) -> None:
        file = self._pair.file(path) if self._pair else None
        if file is None:
            return
        self._path = path
        self._patch.border_title = plain(path, one_line=True)
        lines = patch_lines(file)
        longest = max(len(line.text) for line in lines)
        self._patch.show_lines(FixedLines(lines, width=longest))
        self.add_class("-patch")

    def action_file(self, step: int) -> None:
        """Show the next file that differs, or the one before."""
        rows = self._pair.comparison.files if self._pair else ()
        files = [row.path for row in rows if row.state != "same"]
        if not files:
            self.app.notify("The files are the same.", markup=False)
            return
        at = files.index(self._path) + step if self._path in files else min(step, 0)
        path = files[at % len(files)]
        self._sheet.move_to(next(n for n, row in enumerate(self._rows) if row.path == path))
        self._show_file(path)

    def action_everything(self) -> None:
        self._everything = not self._everything
        self._lay_out()

    def action_back(self) -> None:
        if self.has_class("-patch"):
            self.remove_class("-patch")
            self._path = ""
            self._sheet.focus()
        else:
            self.dismiss()
