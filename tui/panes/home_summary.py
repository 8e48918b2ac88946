"""The lines on top of the run browser: where the runs lie, how many there are, what they took."""

from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from tui.browser.columns import BY_KEY, SOFT, mark_of
from tui.browser.roster import Roster
from tui.browser.sums import Sums
from tui.text.plain import PlainStatic, plain
from warehouse.history.format.figures import counted


class HomeSummary(Vertical):
    """Two lines that always stay two lines."""

    DEFAULT_CSS = """
    HomeSummary { height: 2; padding: 0 1; }
    HomeSummary Horizontal { height: 1; }
    HomeSummary PlainStatic { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    HomeSummary .left { width: 1fr; }
    HomeSummary .right { width: auto; margin-left: 2; color: $text-muted; }
    """

    def __init__(self, products: Path) -> None:
        super().__init__()
        self._products = products

    def compose(self) -> ComposeResult:
        title = Content.assemble(
            Content.styled("softhouse", "bold $primary"),
            plain(f"  {_at_home(self._products)}", SOFT, one_line=True),
        )
        with Horizontal():
            yield PlainStatic(title, classes="left")
            yield PlainStatic(id="order", classes="right")
        with Horizontal():
            yield PlainStatic(id="counts", classes="left")
            yield PlainStatic(id="used", classes="right")

    def tell(self, roster: Roster, unread: int) -> None:
        """Show what all runs come to; `unread` are still to be looked into."""
        sums = Sums.of(roster.runs)
        self.query_one("#order", PlainStatic).say(_order(roster))
        used = " · ".join(sums.used) if sums.runs else ""
        self.query_one("#used", PlainStatic).say(used)
        counts = _counts(sums, unread)
        if counts.cell_length > self.size.width - len(used) - 4:
            counts = _counts(sums, unread, in_short=True)
        self.query_one("#counts", PlainStatic).say(counts)


def _counts(sums: Sums, unread: int, *, in_short: bool = False) -> Content:
    """How many runs there are of each status; `in_short` its mark alone stands for it."""
    said = counted(sums.runs, "run")
    if unread:
        said = f"{sums.runs:,} of {counted(sums.runs + unread, 'run')} read"
    parts = [plain(said)]
    for status, number in sums.by_status():
        mark, style = mark_of(status)
        parts.append(plain(f"   {mark} ", style))
        parts.append(plain(f"{number:,}" if in_short else f"{number:,} {status}", SOFT))
    return Content.assemble(*parts)


def _order(roster: Roster) -> str:
    parts = [f"{len(roster.marked)} marked"] if roster.marked else []
    if roster.grouped_by:
        parts.append(f"by {roster.grouped_by}")
    if roster.sorted_by != "started":
        arrow = "↓" if roster.descends else "↑"
        parts.append(f"{BY_KEY[roster.sorted_by].title.lower()} {arrow}")
    elif not roster.descends:
        parts.append("oldest first")
    return " · ".join(parts)


def _at_home(folder: Path) -> str:
    """The folder as people write it."""
    path = folder.absolute()
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
