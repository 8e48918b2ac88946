"""Two runs side by side, as lines for the window: their names, and what differs between them."""

from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from textwrap import wrap

from textual.content import Content

from tui.browser.columns import NOTHING, SOFT, cost_of, mark_of
from tui.text.line import Line, fitted
from tui.text.plain import plain
from warehouse.errors import JournalError
from warehouse.history.compare.compare import Comparison, compare, side_of
from warehouse.history.compare.files import FileRow
from warehouse.history.format.comparison import ComparedFact, Part, Wording, shared_past
from warehouse.history.format.figures import excerpt
from warehouse.history.record import RunRecord, record_of
from warehouse.journal.journal import FILE_NAME, Event, read_events
from warehouse.terminal_text import safe_text

NAMES = 0.28
"""At most so much of the width is for the names of what is compared."""
MARGIN = 2
"""Cells before the names, and before either run."""
FILES = "Files"
FOREMOST = ("Outcome", "Checks", FILES)
"""What is told before everything else."""


@dataclass(frozen=True)
class SideBySide:
    """Two runs held side by side."""

    a: RunRecord
    b: RunRecord
    comparison: Comparison
    shared: str
    """How far they have the same past, in words."""
    parts: tuple[Part, ...]

    def file(self, path: str) -> FileRow | None:
        """A file of either run."""
        return next((row for row in self.comparison.files if row.path == path), None)


@dataclass(frozen=True)
class SheetRow:
    """A line of the sheet, and what it tells of: the part, and the name of the fact or file."""

    line: Line
    part: str = ""
    name: str = ""

    @property
    def path(self) -> str:
        """The file it tells of; empty where it is something else."""
        return self.name if self.part == FILES else ""


def side_by_side(a: Path, b: Path) -> SideBySide:
    """Hold two runs side by side. Raises JournalError where one of them cannot be read."""
    events = [_events(folder) for folder in (a, b)]
    rows = [record_of(folder) for folder in (a, b)]
    comparison = compare(*(side_of(*pair) for pair in zip(rows, events, strict=True)))
    costs = _cost(rows[0]), _cost(rows[1])
    parts = sorted(Wording(costs).parts_of(comparison), key=_rank)
    shared = shared_past(comparison, (len(events[0]), len(events[1])))
    return SideBySide(rows[0], rows[1], comparison, shared, tuple(parts))


def sheet(pair: SideBySide, width: int, *, everything: bool) -> list[SheetRow]:
    """What differs, or all there is, part by part in two columns."""
    shown = [part.lines if everything else part.differing for part in pair.parts]
    longest = max((len(fact.name) for facts in shown for fact in facts), default=0)
    names = max(min(longest, int(width * NAMES)), 8)
    cell = max((width - names - 3 * MARGIN) // 2, 8)
    rows: list[SheetRow] = []
    for part, facts in zip(pair.parts, shown, strict=True):
        rows.append(SheetRow(_part_title(part, everything=everything), part.title))
        for fact in facts:
            rows += [SheetRow(line, part.title, fact.name) for line in _fact(fact, names, cell)]
        rows.append(SheetRow(Line(())))
    return rows


def heading(letter: str, row: RunRecord) -> Content:
    """Which run is meant by a letter, and how it stands."""
    mark, style = mark_of(row.status)
    name = row.summary.name if row.summary else ""
    return Content.assemble(
        plain(f" {letter}  ", "$text-accent bold"),
        plain(f"{mark} {row.status}", style, one_line=True),
        plain(f"  {excerpt(name)}", "bold", one_line=True),
        plain(f"  {row.folder.name}", SOFT, one_line=True),
    )


def patch_lines(row: FileRow) -> list[Line]:
    """The way from one version of a file to the other."""
    return [_patch_line(line) for line in row.patch().rstrip("\n").split("\n")]


def _patch_line(line: str) -> Line:
    grounds = {"+": "on $success 12%", "-": "on $error 12%"}
    styles = {"+": "$text-success", "-": "$text-error", "@": "$text-secondary"}
    if line.startswith(("+++", "---", "\\")):
        return Line(((line, SOFT),))
    sign = line[:1]
    return Line(((line, styles.get(sign, "")),), ground=grounds.get(sign, ""))


def _events(folder: Path) -> list[Event]:
    events = read_events(folder / FILE_NAME)
    if not events:
        raise JournalError(f"{folder.name} holds an empty journal: there is nothing to compare.")
    return events


def _cost(row: RunRecord) -> str:
    return cost_of(row.summary.usage) if row.summary else NOTHING


def _rank(part: Part) -> int:
    return FOREMOST.index(part.title) if part.title in FOREMOST else len(FOREMOST)


def _part_title(part: Part, *, everything: bool) -> Line:
    if not part.differing:
        return Line(((f" – {part.title}", "bold"), (f"  {part.same:,} the same", SOFT)))
    same = f"  and {part.same:,} the same" if part.same and not everything else ""
    return Line(((f" ● {part.title}", "$text-primary bold"), (same, SOFT)))


def _fact(fact: ComparedFact, names: int, cell: int) -> list[Line]:
    """A fact in as many lines as its longest cell has."""
    style = "" if fact.differs else SOFT
    name = safe_text(fact.name, keep_newlines=False)
    columns = [name], _wrapped(fact.a, cell), _wrapped(fact.b, cell)
    blank = (" " * MARGIN, "")
    return [
        Line(
            (
                *(blank, *fitted([(name, style or SOFT)], names)),
                *(blank, *fitted([(a, style)], cell)),
                *(blank, *fitted([(b, style)], cell)),
            )
        )
        for name, a, b in zip_longest(*columns, fillvalue="")
    ]


def _wrapped(words: str, width: int) -> list[str]:
    lines = safe_text(words).expandtabs(4).split("\n")
    return [part for line in lines for part in wrap(line, width) or [""]]
