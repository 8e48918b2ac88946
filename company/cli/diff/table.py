"""Two runs side by side on the terminal."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from company.cli.diff.sides import RunPair, patch_lines
from company.cli.opened import OpenedRun
from company.cli.views.story import line_of_text
from warehouse.history.format.comparison import ComparedFact, Part
from warehouse.terminal_text import safe_text

NAMES_SHARE = 0.3
"""At most so much of the width is for the names of what is compared."""
GAP = 2
"""Blanks before the names and before either run."""
PATCH_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def print_tables(
    pair: RunPair, *, everything: bool, patch: bool, console: Console | None = None
) -> None:
    """Print what differs, or everything, part by part in two columns."""
    console = console or Console(markup=False, highlight=False, emoji=False)
    for letter, run in pair.runs:
        console.print(_heading(letter, run))
    console.print(line_of_text(pair.shared, "dim"))
    parts = pair.parts
    widths = _widths(parts, console.width)
    console.print(_table([ComparedFact("", "A", "B", differs=False)], widths))
    for part in parts:
        console.print(_title(part, everything=everything))
        console.print(_table(part.lines if everything else part.differing, widths))
    if patch:
        console.print()
        for line in patch_lines(pair.comparison.files):
            console.print(Text(line, PATCH_STYLES.get(line[:1], "")), soft_wrap=True)


def _heading(letter: str, run: OpenedRun) -> Text:
    row = run.row
    line = line_of_text(f"{letter}  {run.name}", "bold")
    line.append_text(line_of_text(f"  {row.status}{f': {row.problem}' if row.problem else ''}"))
    return line


def _title(part: Part, *, everything: bool) -> Text:
    differing = len(part.differing)
    if not differing:
        return line_of_text(f"– {part.title}: {part.same:,} the same", "dim")
    line = line_of_text(f"● {part.title}", "bold cyan")
    if part.same and not everything:
        line.append_text(line_of_text(f"  and {part.same:,} the same", "dim"))
    return line


def _widths(parts: list[Part], width: int) -> tuple[int, int, int]:
    """Columns for the names, and for each of the two runs."""
    longest = max((len(line.name) for part in parts for line in part.lines), default=0)
    names = max(min(longest, int(width * NAMES_SHARE)), 4)
    cell = max((width - names) // 2 - 2 * GAP, 8)
    return names, cell, cell


def _table(lines: Iterable[ComparedFact], widths: tuple[int, int, int]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 0, 0, GAP))
    for width in widths:
        table.add_column(width=width, overflow="fold")
    for line in lines:
        style = "" if line.differs else "dim"
        cells = safe_text(line.a), safe_text(line.b)
        table.add_row(line_of_text(line.name, style), *(Text(cell, style) for cell in cells))
    return table
