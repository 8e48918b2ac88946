"""The tab of the budget: what the run may use, what of it is used, and by whom."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.panes.lines_view import LinesView
from tui.run_state.run_state import RunState
from tui.run_state.staff import Colleague
from tui.text.line import FixedLines, Line, bar
from warehouse.history.format.figures import cost, dollars, duration, money

BAR = 24
"""Cells."""
CLOSE = 0.8
"""The share of a limit from which its bar warns."""


@dataclass(frozen=True)
class Limit:
    """Something a run uses, and how much of it it may; 0 where nobody set a limit."""

    name: str
    used: float
    most: float
    in_words: Callable[[float], str]
    used_told: str = ""
    """What is used, in words, where the number alone would say too much."""

    @property
    def share(self) -> float:
        return self.used / self.most if self.most else 0.0


class BudgetView(Vertical):
    """Each limit with a bar, and what each role used."""

    _state: RunState | None = None
    _shown: tuple[int, int, int] = (-1, -1, -1)

    def compose(self) -> ComposeResult:
        yield LinesView(has_cursor=False)

    def show(self, state: RunState) -> None:
        """Show what is used by now; time passes without events too."""
        shown = state.course.version, len(state.events), int(state.now.seconds)
        if state is self._state and shown == self._shown:
            return
        self._state, self._shown = state, shown
        view = self.query_one(LinesView)
        view.lines = FixedLines(list(_lines(state)))
        view.update()


def _lines(state: RunState) -> Iterator[Line]:
    for limit in limits_of(state):
        yield _limit(limit)
    working = [each for each in state.staff.colleagues if each.usage.calls]
    if working:
        yield Line(())
        yield Line(((" Who used it", "bold"),))
    total = sum(each.usage.tokens for each in working)
    for colleague in sorted(working, key=lambda each: -each.usage.tokens):
        yield _share(colleague, total)


def limits_of(state: RunState) -> list[Limit]:
    """What the run has used, and what it may, in the order of a person's interest."""
    usage, limits = state.now.summary.usage, state.now.limits
    return [
        Limit("Cost", usage.known_cost, limits.get("usd", 0.0), dollars, cost(usage)),
        Limit("Tokens", usage.tokens, limits.get("tokens", 0.0), _whole),
        Limit("Calls", usage.calls, limits.get("calls", 0.0), _whole),
        Limit("Time", state.now.seconds, limits.get("seconds", 0.0), duration),
    ]


def _limit(limit: Limit) -> Line:
    name, used = (f" {limit.name:<7}", ""), limit.used_told or limit.in_words(limit.used)
    if not limit.most:
        return Line((name, (f"{used:>10}", ""), ("   no limit", "$foreground 60%")))
    style = "$text-success" if limit.share < CLOSE else "$text-warning"
    style, mark = ("$text-error", " ✗") if limit.share >= 1 else (style, "")
    left = limit.in_words(max(limit.most - limit.used, 0.0))
    return Line(
        (
            name,
            (f"{used:>10} of {limit.in_words(limit.most):<10} ", ""),
            (bar(limit.share, BAR), f"{style} on $foreground 8%"),
            (f" {limit.share:.0%}{mark}", style),
            (f"   {left} left", "$foreground 60%"),
        )
    )


def _share(colleague: Colleague, total: int) -> Line:
    share = colleague.usage.tokens / total if total else 0.0
    amount = "".join(f", {known}" for known in money(colleague.usage))
    return Line(
        (
            (f" {share:>5.0%} ", ""),
            (f"{colleague.title:<24.24}  ", ""),
            (bar(share, BAR), "$text-primary on $foreground 8%"),
            (f" {colleague.usage.tokens:,} tokens{amount}", "$foreground 60%"),
        )
    )


def _whole(number: float) -> str:
    return f"{number:,.0f}"
