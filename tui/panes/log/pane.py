"""The pane of what a run leaves behind: output, commits, events, costs, limits."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual.widget import Widget

from tui.panes.log.budget_view import BudgetView
from tui.panes.log.cost_view import CostView
from tui.panes.log.views import CommitsView, EventsView, OutputView
from tui.panes.pane import TabbedPane, TabStrip
from tui.run_state.run_state import RunState


class LogPane(TabbedPane):
    """Shows one of the logs, and counts what is new in the others."""

    TABS: ClassVar[Mapping[str, str]] = {
        "output": "Output",
        "git": "Git",
        "events": "Events",
        "cost": "Cost",
        "budget": "Budget",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's word
        super().__init__(id=id)
        self._counts: dict[str, int] = {}

    def views(self) -> Iterator[Widget]:
        yield OutputView(id="output")
        yield CommitsView(id="git")
        yield EventsView(id="events")
        yield CostView(id="cost")
        yield BudgetView(id="budget")

    def show(self, state: RunState) -> None:
        there = _there(state)
        if state is not self._state or not self._counts.get("events"):
            self._counts = there  # what was there when the run was opened is not new
        super().show(state)
        strip = self.query_one(TabStrip)
        for tab, count in there.items():
            strip.tell(tab, count - self._counts[tab])

    def show_tab(self, state: RunState) -> None:
        super().show_tab(state)
        if self.current in self._counts:
            self._counts[self.current] = _there(state)[self.current]
            self.query_one(TabStrip).tell(self.current, 0)


def _there(state: RunState) -> dict[str, int]:
    """How many things each tab holds that counts them."""
    work = state.work
    return {
        "output": len(work.executions),
        "git": len(work.commits),
        "events": len(state.events),
    }
