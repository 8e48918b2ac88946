"""The live view of many runs: problems stay as a story above, the figures are a few still lines."""

from collections import deque

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from company.cli.batch.lines import line_of, sums_of
from company.cli.views.now_panel import fit, plain
from company.lab.execution.progress import Tally

REFRESHES_PER_SECOND = 2
RECENT = 5
"""Runs that ended last, and are shown."""


class Panel:
    """Shows a tally on a terminal. Nothing from outside is ever read as markup."""

    def __init__(self, tally: Tally, console: Console | None = None) -> None:
        self._tally = tally
        self._console = console or Console(markup=False, highlight=False, emoji=False)
        self._recent: deque[str] = deque(maxlen=RECENT)

    def showing(self) -> Live:
        """While it is entered, the lines stay at the bottom of the terminal."""
        return Live(
            self, console=self._console, refresh_per_second=REFRESHES_PER_SECOND, transient=True
        )

    def changed(self, job: str, what: str) -> None:
        if what == "began":
            return
        line = line_of(self._tally, job, what)
        if job in self._tally.problems:
            self._console.print(Text(line, style="yellow"))
        else:
            self._recent.append(line)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width - 1, 20)
        lines = [*self._recent, *[""] * (RECENT - len(self._recent))]
        yield from (fit(Text(plain(f"  {line}"), style="dim"), width) for line in lines)
        yield _bar(self._tally, width)
        yield from (fit(Text(plain(f"  {line}")), width) for line in sums_of(self._tally))
        yield fit(Text(f"  {self._tally.active} being made", style="dim"), width)


def _bar(tally: Tally, width: int) -> Text:
    cells = round(width * tally.done / tally.jobs) if tally.jobs else width
    bar = Text("━" * cells, style="green")
    bar.append("━" * (width - cells), style="dim")
    return bar
