"""The tab of costs: tokens and money over time, and who used them."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Resize

from tui.panes.lines_view import LinesView
from tui.panes.log.chart import Chart, Series
from tui.run_state.course import Point
from tui.run_state.run_state import RunState
from tui.run_state.staff import Colleague
from tui.text.line import FixedLines, Line, bar
from warehouse.history.format.figures import dollars, duration, money

BAR = 12
"""Cells."""
ROOM_FOR_MONEY = 120
ROOM_FOR_ROLES = 84
"""Cells from which there is room for more than the tokens."""


class CostView(Horizontal, can_focus=True):
    """Two charts and the roles, as many of them as there is room for."""

    DEFAULT_CSS = """
    CostView > Chart { width: 1fr; }
    CostView > LinesView { width: 40; margin-left: 1; }
    CostView.-no-money #money { display: none; }
    CostView.-no-roles > LinesView { display: none; }
    """
    _state: RunState | None = None
    _versions = -1, -1

    def compose(self) -> ComposeResult:
        yield Chart("Tokens", short, duration, id="tokens")
        yield Chart("Cost", dollars, duration, id="money")
        roles = LinesView(has_cursor=False).say("Nobody has used anything yet.")
        roles.can_focus = False
        yield roles

    def show(self, state: RunState) -> None:
        """Draw what was used so far."""
        versions = state.course.version, state.staff.version
        if state is self._state and versions == self._versions:
            return
        self._state, self._versions = state, versions
        points = state.course.points
        end = max(state.now.summary.seconds, points[-1].seconds)
        self.query_one("#tokens", Chart).draw(_tokens(points), end)
        self.query_one("#money", Chart).draw(_money(points), end)
        view = self.query_one(LinesView)
        view.lines = FixedLines(_roles(state.staff.colleagues))
        view.update()
        self._arrange()

    def on_resize(self, event: Resize) -> None:
        self._arrange()

    def _arrange(self) -> None:
        spent = self._state.course.total.known_cost if self._state else 0.0
        self.set_class(not spent or self.size.width < ROOM_FOR_MONEY, "-no-money")
        self.set_class(self.size.width < ROOM_FOR_ROLES, "-no-roles")


def _tokens(points: Sequence[Point]) -> list[Series]:
    prompt = [(point.seconds, float(point.usage.prompt_tokens)) for point in points]
    completion = [(point.seconds, float(point.usage.completion_tokens)) for point in points]
    return [
        Series("prompt", "$text-primary", prompt),
        Series("completion", "$text-success", completion),
    ]


def _money(points: Sequence[Point]) -> list[Series]:
    return [
        Series(
            "so far", "$text-warning", [(point.seconds, point.usage.known_cost) for point in points]
        )
    ]


def _roles(colleagues: Sequence[Colleague]) -> list[Line]:
    working = sorted(
        (each for each in colleagues if each.usage.calls), key=lambda each: -each.usage.tokens
    )
    most = max((each.usage.tokens for each in working), default=0)
    return [_role(each, most) for each in working]


def _role(colleague: Colleague, most: int) -> Line:
    share = colleague.usage.tokens / most if most else 0.0
    amount = "".join(f" {known:>9}" for known in money(colleague.usage))
    return Line(
        ((colleague.title, ""),),
        tail=(
            (bar(share, BAR), "$text-primary on $foreground 8%"),
            (f" {short(colleague.usage.tokens):>6}{amount} ", "$foreground 60%"),
        ),
    )


def short(number: float) -> str:
    """`950`, `12.3k`, `4.5M`."""
    if number < 1_000:
        return f"{number:.0f}"
    return f"{number / 1_000:.1f}k" if number < 1_000_000 else f"{number / 1_000_000:.1f}M"
