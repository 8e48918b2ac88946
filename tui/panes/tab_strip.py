"""The names of tabs in one line, each with the number of things that are new there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

MOST_TOLD = 999


class TabStrip(Widget):
    """Says which tab is shown and where something new is; a click chooses."""

    DEFAULT_CSS = "TabStrip { height: 1; }"

    @dataclass
    class Chosen(Message):
        """A tab was clicked."""

        tab: str

    def __init__(self, titles: Mapping[str, str], *, id: str | None = None) -> None:  # noqa: A002  Textual's word
        """`titles` are ours: tab id → name."""
        super().__init__(id=id)
        self._titles = titles
        self._current = next(iter(titles))
        self._unread = dict.fromkeys(titles, 0)

    def choose(self, tab: str) -> None:
        """Mark the tab that is shown."""
        if tab != self._current:
            self._current = tab
            self.refresh()

    def tell(self, tab: str, unread: int) -> None:
        """Say how many things are new on a tab."""
        if unread != self._unread[tab]:
            self._unread[tab] = unread
            self.refresh()

    def render(self) -> Content:
        pieces: list[tuple[str, str]] = []
        for tab, name, unread in self._labels():
            is_current = tab == self._current
            pieces.append(
                (f" {name} ", "$text-primary bold underline" if is_current else "$foreground 60%")
            )
            if unread:
                pieces.append((f"{unread} ", "$text-warning"))
        return Content.assemble(*pieces)

    def places(self) -> Iterator[tuple[str, int]]:
        """Each tab that can be seen, with the column where it begins."""
        column = 0
        for tab, name, unread in self._labels():
            if column < self.size.width:
                yield tab, column
            column += len(name) + 2 + (len(unread) + 1 if unread else 0)

    def open(self, tab: str) -> None:
        """Do as a click on the tab does."""
        self.post_message(self.Chosen(tab))

    def on_click(self, event: events.Click) -> None:
        under = [tab for tab, column in self.places() if column <= event.x]
        if under:
            self.open(under[-1])

    def _labels(self) -> Iterator[tuple[str, str, str]]:
        """Id, name and number of each tab that is shown: so many that the current one is."""
        labels = [(tab, title, _told(self._unread[tab])) for tab, title in self._titles.items()]
        hidden = 0
        names = list(self._titles)
        while hidden < names.index(self._current) and not self._fits(labels[hidden:]):
            hidden += 1
        yield from labels[hidden:]

    def _fits(self, labels: list[tuple[str, str, str]]) -> bool:
        width = 0
        for tab, name, unread in labels:
            width += len(name) + 2 + (len(unread) + 1 if unread else 0)
            if tab == self._current:
                return width <= self.size.width
        return True


def _told(unread: int) -> str:
    if not unread:
        return ""
    return str(unread) if unread <= MOST_TOLD else f"{MOST_TOLD}+"
