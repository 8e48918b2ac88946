"""The lines above and below the table of runs: their sums, and the run under the cursor."""

from contextlib import suppress
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from tui.browser.columns import BY_KEY, SOFT, mark_of
from tui.browser.roster import GroupHead, Roster, RosterLine, Sums
from tui.browser.run_row import RunRow
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
        folder = plain(f"  {_at_home(products)}", SOFT, one_line=True)
        title = Content.styled("softhouse", "bold $primary") + folder
        self._title, self._order = PlainStatic(title, classes="left"), PlainStatic(classes="right")
        self._counts, self._used = PlainStatic(classes="left"), PlainStatic(classes="right")

    def compose(self) -> ComposeResult:
        yield Horizontal(self._title, self._order)
        yield Horizontal(self._counts, self._used)

    def tell(self, roster: Roster, unread: int) -> None:
        """Show what all runs come to; `unread` are still to be looked into."""
        sums = Sums.of(roster.runs)
        used = " · ".join(sums.used) if sums.runs else ""
        counts = _counts(sums, unread)
        if counts.cell_length > self.size.width - len(used) - 4:
            counts = _counts(sums, unread, in_short=True)
        self._order.say(_order(roster))
        self._counts.say(counts)
        self._used.say(used)


def _counts(sums: Sums, unread: int, *, in_short: bool = False) -> Content:
    """How many runs there are of each status; `in_short` its mark alone stands for it."""
    runs = counted(sums.runs, "run")
    if unread:
        runs = f"{sums.runs:,} of {counted(sums.runs + unread, 'run')} read"
    parts = [plain(runs)]
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
    with suppress(ValueError, RuntimeError):
        path = "~" / path.relative_to(Path.home())
    return str(path)


class RunDetails(PlainStatic):
    """The task in full, why the run ended, and where it lies; cut off where there is no room."""

    DEFAULT_CSS = """
    RunDetails {
        height: 4; padding: 0 1; border-top: solid $panel; color: $foreground;
        overflow: hidden hidden;
    }
    """

    def tell(self, line: RosterLine | None) -> None:
        """Tell of a line of the table."""
        match line:
            case None:
                self.say("")
            case GroupHead():
                about = "Enter folds and unfolds." if line.about_demos else line.sums.in_words
                self.say(_lines(plain(line.title, "bold", one_line=True), plain(about)))
            case RunRow():
                origin = plain(_origin(line), SOFT, one_line=True)
                task = [plain(line.task)] if line.task else []
                self.say(_lines(_outcome(line), origin, *task))


def _lines(*lines: Content) -> Content:
    return Content("\n").join(lines)


def _outcome(run: RunRow) -> Content:
    mark, style = mark_of(run.status)
    status = plain(f"{mark} {run.status}", f"{style} bold")
    why = ": ".join(part for part in (run.phase, run.reason) if part)
    return Content.assemble(status, plain(f"  {why}" if why else "", one_line=True))


def _origin(run: RunRow) -> str:
    chain = "" if run.chain == run.company else f" by the {run.chain} chain"
    calls = counted(run.usage.calls, "call")
    parts = [
        f"{run.company}{chain}" if run.company else "",
        run.model,
        calls if run.usage.calls else "",
        f"forked from {run.parent} at {run.forked_at}" if run.parent else "",
        f"experiment {run.experiment}" if run.experiment else "",
        str(run.folder),
    ]
    return " · ".join(part for part in parts if part)
