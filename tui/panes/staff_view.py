"""The roles of the company: who speaks, and what each has used."""

from dataclasses import dataclass

from textual.strip import Strip
from textual.widget import Widget

from tui.run_state.staff import Colleague, Staff
from tui.text.line import Line, Piece, bar
from tui.text.strips import safe_line, strip_of
from warehouse.history.format.figures import cost, counted
from warehouse.history.usage import Usage

ROOM_FOR_SHARE, ROOM_FOR_COST, ROOM_FOR_ALL = 26, 36, 70
"""Columns from which more is told of each role."""
BAR = 4
"""Cells of the bar that shows a share."""


@dataclass(frozen=True)
class _Row:
    """What is told of one role; equal where it looks the same."""

    colleague: tuple[str, str, bool, int, Usage]
    """Title, model, whether a person, words, and what it used."""
    share: float
    listener: str | None
    """Whom it speaks to now; None where it is silent."""

    @classmethod
    def of(cls, who: Colleague, share: float, listener: str | None) -> "_Row":
        colleague = who.title, who.model, who.human, who.words, who.usage
        return cls(colleague, share, listener)

    def line(self, width: int) -> Line:
        """As much as there is room for."""
        title, model, human, words, usage = self.colleague
        spoke = bool(words)
        lead: Piece = ("● ", "$text-primary bold") if self.listener is not None else ("  ", "")
        is_quiet = not spoke and self.listener is None
        pieces: list[Piece] = [(title, "$foreground 60%" if is_quiet else "$foreground")]
        if human:
            pieces.append((" (a person)", "$foreground 60%"))
        if self.listener:
            pieces.append((f" → {self.listener}", "$text-primary"))
        tail = ""
        if width >= ROOM_FOR_ALL:
            tail += f"{model}  {counted(usage.calls, 'call'):>9} {counted(words, 'word'):>13} "
            tail += f"{usage.prompt_tokens:>9,} +{usage.completion_tokens:>8,} tokens"
        elif spoke and not human:
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
        self._rows: tuple[_Row, ...] = ()

    def show(self, staff: Staff) -> None:
        """Show who there is and what they have used."""
        if staff is self._staff and staff.version == self._version:
            return
        self._staff, self._version = staff, staff.version
        shares, speaking = staff.shares(), staff.speaking
        titles = {each.name: each.title for each in staff.colleagues}
        rows = tuple(
            _Row.of(each, shares[each.name], _listener(each.name, speaking, titles))
            for each in staff.colleagues
        )
        if rows != self._rows:
            grows = len(rows) != len(self._rows)
            self._rows = rows
            self.refresh(layout=grows)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
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


def _listener(name: str, speaking: dict[str, str], titles: dict[str, str]) -> str | None:
    if name not in speaking:
        return None
    return titles.get(speaking[name], speaking[name])
