"""A pane: a part of the window that shows one side of a run; some of them in tabs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from tui.run_state.run_state import RunState


class Pane(Vertical):
    """Shows what it is given, and looks only at what has changed since.

    `show` is called at most ten times a second, and only while the pane can be seen. It is given
    another state where the window went back in the run; then it begins anew.
    """

    def show(self, state: RunState) -> None:
        """Bring what is on the screen up to `state`."""
        raise NotImplementedError

    def focus_current(self) -> None:
        """Give the keys to the part of the pane that is used."""
        first = next((each for each in self.screen.focus_chain if self in each.ancestors), None)
        self.take_keys(first)

    def take_keys(self, widget: Widget | None) -> None:
        """Focus at once: Textual's own way waits a moment, and a key typed meanwhile goes astray."""
        if widget is not None:
            self.screen.set_focus(widget)


MOST_COUNTED = 999


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
        labels = [(tab, title, _number(self._unread[tab])) for tab, title in self._titles.items()]
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


def _number(unread: int) -> str:
    if not unread:
        return ""
    return str(unread) if unread <= MOST_COUNTED else f"{MOST_COUNTED}+"


class Tab(Protocol):
    """What is on one tab of a pane."""

    def show(self, state: RunState) -> None:
        """Bring what is on the screen up to `state`; called while the tab can be seen."""


class TabbedPane(Pane):
    """Shows one of its tabs; those that are not shown are told nothing but to count."""

    DEFAULT_CSS = """
    TabbedPane > ContentSwitcher { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h,left", "tab(-1)", "Tab to the left", show=False),
        Binding("l,right", "tab(1)", "Tab to the right", show=False),
    ]
    TABS: ClassVar[Mapping[str, str]]
    """Tab id → name."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's word
        super().__init__(id=id)
        self.current = next(iter(self.TABS))
        self._state: RunState | None = None

    def compose(self) -> ComposeResult:
        yield TabStrip(self.TABS)
        with ContentSwitcher(initial=self.current):
            yield from self.views()

    def views(self) -> Iterator[Widget]:
        """The widget of each tab, which is a `Tab` with the tab's id."""
        raise NotImplementedError

    def show(self, state: RunState) -> None:
        self._state = state
        self.show_tab(state)

    def show_tab(self, state: RunState) -> None:
        """Bring the tab that can be seen up to the state."""
        cast("Tab", self.query_one(f"#{self.current}")).show(state)

    def go_to(self, tab: str) -> None:
        """Show a tab. The keys go with it, where they were in this pane."""
        had_focus = self.has_focus_within
        self.current = tab
        self.query_one(ContentSwitcher).current = tab
        self.query_one(TabStrip).choose(tab)
        if self._state is not None:
            self.show_tab(self._state)
        if had_focus:
            self.focus_current()

    def focus_current(self) -> None:
        """Give the keys to the tab that is shown."""
        view = self.query_one(f"#{self.current}")
        inside = view.walk_children(Widget, with_self=True)
        self.take_keys(next((each for each in inside if each.focusable), None))

    def action_tab(self, distance: int) -> None:
        tabs = list(self.TABS)
        self.go_to(tabs[(tabs.index(self.current) + distance) % len(tabs)])

    @on(TabStrip.Chosen)
    def _tab_was_chosen(self, message: TabStrip.Chosen) -> None:
        message.stop()
        self.go_to(message.tab)
        self.focus_current()
