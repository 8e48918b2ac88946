"""The tab of the budget: what the run may use, what of it is used, and by whom."""

from collections.abc import Iterator

from tui.panes.lines_view import LinesView
from tui.run_state.limits import Limit, limits_of
from tui.run_state.run_state import RunState
from tui.run_state.staff import Colleague
from tui.text.line import FixedLines, Line, bar
from warehouse.history.format.figures import money

NAMES = {"usd": "Cost", "tokens": "Tokens", "calls": "Calls", "seconds": "Time"}
"""What the limits are called."""
BAR = 24
"""Cells."""
CLOSE = 0.8
"""The share of a limit from which its bar warns."""


class BudgetView(LinesView):
    """Each limit with a bar, and what each role used."""

    _state: RunState | None = None
    _told: tuple[int, int, int] = (-1, -1, -1)

    def __init__(self, *, id: str) -> None:  # noqa: A002  Textual's word
        super().__init__(has_cursor=False, id=id)

    def show(self, state: RunState) -> None:
        """Show what is used by now; time passes without events too."""
        told = state.course.version, len(state.events), int(state.now.seconds)
        if state is self._state and told == self._told:
            return
        self._state, self._told = state, told
        self.lines = FixedLines(list(_lines(state)))
        self.update()


def _lines(state: RunState) -> Iterator[Line]:
    for limit in limits_of(state.now):
        yield _limit(limit)
    working = [each for each in state.staff.colleagues if each.usage.calls]
    if working:
        yield Line(())
        yield Line(((" Who used it", "bold"),))
    total = sum(each.usage.tokens for each in working)
    for colleague in sorted(working, key=lambda each: -each.usage.tokens):
        yield _share(colleague, total)


def _limit(limit: Limit) -> Line:
    name, used = (f" {NAMES[limit.key]:<7}", ""), limit.used_in_words
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
