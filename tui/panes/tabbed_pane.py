"""A pane with tabs, one of which is shown."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from tui.panes.pane import Pane
from tui.panes.tab_strip import TabStrip
from tui.run_state.run_state import RunState


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
        """The widget of each tab, with the tab's id."""
        raise NotImplementedError

    def show_tab(self, tab: str) -> None:
        """Bring what the tab shows up to the state; the tab can be seen."""
        raise NotImplementedError

    def show(self, state: RunState) -> None:
        self._state = state
        self.show_tab(self.current)

    def go_to(self, tab: str) -> None:
        """Show a tab. The keys go with it, where they were in this pane."""
        had_focus = self.has_focus_within
        self.current = tab
        self.query_one(ContentSwitcher).current = tab
        self.query_one(TabStrip).choose(tab)
        if self._state is not None:
            self.show_tab(tab)
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
