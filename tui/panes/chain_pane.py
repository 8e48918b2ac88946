"""The chain and the roles: where the company is, who works there, and what each has used."""

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.strip import Strip
from textual.widget import Widget

from tui.panes.chain_steps import ChainTreeView
from tui.panes.lines_view import LinesView
from tui.panes.pane import Pane
from tui.run_state.run_state import RunState
from tui.run_state.staff import Staff
from tui.text.line import Line, Piece, bar, safe_line, strip_of
from tui.text.plain import PlainStatic
from warehouse.history.format.figures import cost, counted
from warehouse.history.usage import Usage

ROOM_FOR_SHARE, ROOM_FOR_COST, ROOM_FOR_ALL = 26, 36, 70
"""Columns from which more is told of each role."""
BAR = 4
"""Cells of the bar that shows a share."""
ROOM_FOR_STAFF, ROOM_FOR_DETAIL = 12, 24
"""Rows from which the roles are shown, and what there is to say of the step under the cursor."""


@dataclass(frozen=True)
class RoleRow:
    """What is told of one role; equal where it looks the same."""

    title: str
    model: str
    human: bool
    words: int
    usage: Usage
    share: float
    listener: str | None
    """Whom it speaks to now; None where it is silent."""

    def line(self, width: int) -> Line:
        """As much as there is room for."""
        usage = self.usage
        lead: Piece = ("● ", "$text-primary bold") if self.listener is not None else ("  ", "")
        is_quiet = not self.words and self.listener is None
        pieces: list[Piece] = [(self.title, "$foreground 60%" if is_quiet else "$foreground")]
        if self.human:
            pieces.append((" (a person)", "$foreground 60%"))
        if self.listener:
            pieces.append((f" → {self.listener}", "$text-primary"))
        tail = ""
        if width >= ROOM_FOR_ALL:
            tail += f"{self.model}  {counted(usage.calls, 'call'):>9} "
            tail += f"{counted(self.words, 'word'):>13} "
            tail += f"{usage.prompt_tokens:>9,} +{usage.completion_tokens:>8,} tokens"
        elif self.words and not self.human:
            tail += f"{usage.tokens:,}"
        if width >= ROOM_FOR_COST and (usage.known_cost or width >= ROOM_FOR_ALL):
            tail += f" {cost(usage):>8}"
        tails: list[Piece] = [(tail, "$foreground 60%")]
        if width >= ROOM_FOR_SHARE:
            tails.append((f" {bar(self.share, BAR)}", "$text-primary"))
        return Line(tuple(pieces), (lead,), tuple(tails))


class StaffView(Widget):
    """One line for each role, as many as there is room for; the rest is counted."""

    DEFAULT_CSS = "StaffView { height: auto; background: transparent; }"

    def __init__(self) -> None:
        super().__init__()
        self._staff: Staff | None = None
        self._version = -1
        self._rows: tuple[RoleRow, ...] = ()

    def show(self, staff: Staff) -> None:
        """Show who there is and what they have used."""
        if staff is self._staff and staff.version == self._version:
            return
        self._staff, self._version = staff, staff.version
        shares = staff.shares()
        titles = {who.name: who.title for who in staff.colleagues}
        listeners = {name: titles.get(other, other) for name, other in staff.speaking.items()}
        rows = tuple(
            RoleRow(
                who.title,
                who.model,
                who.human,
                who.words,
                who.usage,
                shares[who.name],
                listeners.get(who.name),
            )
            for who in staff.colleagues
        )
        if rows != self._rows:
            grows = len(rows) != len(self._rows)
            self._rows = rows
            self.refresh(layout=grows)

    def get_content_height(self, *_: object) -> int:
        return len(self._rows)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        hidden = len(self._rows) - self.size.height
        if y >= len(self._rows):
            return Strip.blank(width, self.visual_style.rich_style)
        if hidden > 0 and y == self.size.height - 1:
            line = Line(((f"  and {counted(hidden + 1, 'more role')}", "$foreground 60%"),))
        else:
            line = self._rows[y].line(width)
        parse = self.app.stylesheet.parse_style
        return strip_of(safe_line(line), self.visual_style, parse, width=width, left=0, row=y)


class AboutStep(PlainStatic):
    """The path of the step under the cursor, and why it ended as it did."""

    DEFAULT_CSS = """
    AboutStep {
        height: 3; padding: 0 1; color: $text-muted; text-overflow: ellipsis;
    }
    """
    _about = ""

    def show(self, tree: ChainTreeView) -> None:
        """Say it, where it is not said already."""
        step = tree.step
        about = f"{step.where}\n{tree.chain.reason(step)}" if step else ""
        if about != self._about:
            self._about = about
            self.say(about)


class ChainPane(Pane):
    """The steps above, the roles below."""

    DEFAULT_CSS = """
    ChainPane ChainTreeView { padding: 0 0 0 1; }
    ChainPane StaffView { max-height: 40%; padding: 0 1; border-top: solid $foreground 15%; }
    """

    def compose(self) -> ComposeResult:
        yield ChainTreeView()
        yield AboutStep()
        yield StaffView()

    def show(self, state: RunState) -> None:
        """Bring the steps and the roles up to `state`."""
        tree = self.query_one(ChainTreeView)
        tree.show(state.chain, state.now.seconds - state.now.summary.seconds)
        self.query_one(AboutStep).show(tree)
        self.query_one(StaffView).show(state.staff)

    def on_lines_view_moved(self, message: LinesView.Moved) -> None:
        """The cursor is on another step."""
        message.stop()
        self.query_one(AboutStep).show(self.query_one(ChainTreeView))

    def on_resize(self) -> None:
        height = self.content_size.height
        self.query_one(StaffView).display = height >= ROOM_FOR_STAFF
        self.query_one(AboutStep).display = height >= ROOM_FOR_DETAIL
