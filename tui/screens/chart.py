"""A chart as a picture, in a terminal that can show one."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.panes.key_line import KeyLine
from tui.pictures import Protocol, cleared, shown, size_in_cells
from tui.text.plain import OneLine

MARGIN = 2
"""Cells that are left free around it, for the title and the keys too."""


class ChartScreen(Screen[None]):
    """Nothing but the chart, so that nothing is drawn over it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,m", "dismiss", "Close", tooltip="Back to the conversation"),
    ]

    def __init__(self, title: str, png: bytes, protocol: Protocol) -> None:
        super().__init__()
        self._heading = title
        self._png = png
        self._protocol = protocol

    def compose(self) -> ComposeResult:
        yield OneLine(self._heading)
        yield KeyLine()

    def on_resize(self) -> None:
        """Also when it is shown: then it is first told its size."""
        self._send(cleared(self._protocol))
        self.call_after_refresh(self._draw)

    def on_unmount(self) -> None:
        self._send(cleared(self._protocol))

    def _draw(self) -> None:
        room = self.size.width - 2 * MARGIN, self.size.height - 2 * MARGIN
        if min(room) > 0:
            size = size_in_cells(self._png, room)
            self._send(shown(self._protocol, self._png, (MARGIN, MARGIN), size))

    def _send(self, sequence: str) -> None:
        driver = self.app._driver
        if driver is not None and sequence:
            driver.write(sequence)
            driver.flush()
