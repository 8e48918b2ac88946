"""The names of the panes in one line, where the window has room for one pane at a time."""

from collections.abc import Mapping
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget


class PaneStrip(Widget):
    """Says which pane is shown, and which others there are; a click chooses."""

    DEFAULT_CSS = "PaneStrip { height: 1; background: $panel; }"

    @dataclass
    class Chosen(Message):
        """A pane was clicked."""

        pane: str

    def __init__(self, titles: Mapping[str, str]) -> None:
        """`titles` are ours: pane id → name, in the order of their number keys."""
        super().__init__()
        self._titles = titles
        self._current = next(iter(titles))

    def choose(self, pane: str) -> None:
        """Mark the pane that is shown."""
        if pane != self._current:
            self._current = pane
            self.refresh()

    def render(self) -> Content:
        return Content.assemble(
            *(
                (label, "$primary bold reverse" if pane == self._current else "$text-muted")
                for pane, label in self._labels()
            )
        )

    def on_click(self, event: events.Click) -> None:
        end = 0
        for pane, label in self._labels():
            end += len(label)
            if event.x < end:
                self.post_message(self.Chosen(pane))
                return

    def _labels(self) -> list[tuple[str, str]]:
        return [(pane, f" {n} {title} ") for n, (pane, title) in enumerate(self._titles.items(), 1)]
