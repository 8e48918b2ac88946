"""The columns of the run browser: what each says of a run, how wide, and how it sorts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tui.browser.run_row import RunRow
from tui.text.line import Piece
from warehouse.history.format.figures import UNKNOWN, cost, duration
from warehouse.history.usage import Usage

GAP = 2
"""Blanks between two columns."""
NAME_WIDTH = 30
"""What the name of a run has at least, before less important columns are shown."""
GOOD, FAIR, BAD, LIVE = "$text-success", "$text-warning", "$text-error", "$text-primary bold"
SOFT = "$foreground 60%"
STATUSES = {
    "running": ("●", LIVE),
    "paused": ("‖", LIVE),
    "verified": ("✓", GOOD),
    "unverified": ("–", FAIR),
    "unfinished": ("◌", FAIR),
    "stopped": ("■", FAIR),
    "failed": ("✗", BAD),
    "broken": ("!", BAD),
}
"""Status → its mark and its style, in the order in which they sort."""
NOTHING = UNKNOWN


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `width` is in cells, 0 for the one that takes what is left."""

    key: str
    title: str
    width: int
    priority: int
    """Columns with a small one are the last to go where there is little room."""
    cell: Callable[[RunRow, float], list[Piece]]
    """What it says of a run at a moment, in seconds since 1970."""
    sort_key: Callable[[RunRow], Any]
    descends: bool = False
    """Whether the large comes first when the column is first sorted by."""
    right: bool = False
    """Whether it is aligned to the right."""


def mark_of(status: str) -> Piece:
    """The mark and the style of a status."""
    return STATUSES.get(status, ("?", FAIR))


def status_rank(status: str) -> int:
    """Where a status comes in the order of STATUSES; last, where it is none of them."""
    known = list(STATUSES)
    return known.index(status) if status in known else len(known)


def count(number: int) -> str:
    """A number that fits into nine cells."""
    return f"{number:,}" if number < 10_000_000 else f"{number / 1e6:,.1f} M"


def cost_of(usage: Usage) -> str:
    """What calls cost; nothing where none was made."""
    return cost(usage) if usage.calls else NOTHING


def _status(run: RunRow, now: float) -> list[Piece]:
    mark, style = mark_of(run.status)
    return [(f"{mark} {run.status}", style)]


def _name(run: RunRow, now: float) -> list[Piece]:
    task = " ".join(run.task.split())
    if task.startswith(run.name):
        return [(task, "")]
    return [(run.name, ""), (f"  {task or run.reason}", SOFT)]


def _checks(run: RunRow, now: float) -> list[Piece]:
    if not run.passed and not run.failed:
        return [(NOTHING, SOFT)]
    passed = [(f"✓{run.passed}", GOOD)] if run.passed else []
    failed = [(f"{' ' if passed else ''}✗{run.failed}", BAD)] if run.failed else []
    return [*passed, *failed]


def _figure(words: str) -> list[Piece]:
    return [(words, SOFT if words in (NOTHING, "0", "$0") else "")]


def _by_words(of: Callable[[RunRow], str]) -> Callable[[RunRow], Any]:
    """In the order of the alphabet; what has no word comes last."""
    return lambda run: (not of(run), of(run).casefold())


def _word(key: str, title: str, width: int, priority: int, of: Callable[[RunRow], str]) -> Column:
    """A column that says one thing in words."""
    return Column(key, title, width, priority, lambda run, now: [(of(run), SOFT)], _by_words(of))


COLUMNS = (
    Column("status", "Status", 12, 0, _status, lambda run: status_rank(run.status)),
    Column("name", "Run", 0, 0, _name, _by_words(lambda run: run.name)),
    _word("company", "Company", 12, 5, lambda run: run.company),
    _word("model", "Model", 24, 7, lambda run: run.model),
    _word("phase", "Phase", 20, 6, lambda run: run.phase),
    Column(
        "checks", "Tests", 7, 2, _checks, lambda run: (run.failed, -run.passed), descends=True
    ),
    Column(
        "tokens", "Tokens", 9, 3, lambda run, now: _figure(count(run.usage.tokens)),
        lambda run: run.usage.tokens, descends=True, right=True,
    ),
    Column(
        "cost", "Cost", 8, 4,
        lambda run, now: _figure(cost_of(run.usage)),
        lambda run: run.usage.known_cost, descends=True, right=True,
    ),
    Column(
        "time", "Time", 8, 1, lambda run, now: _figure(duration(run.seconds_at(now))),
        lambda run: run.seconds, descends=True, right=True,
    ),
    Column(
        "started", "Started", 10, 0,
        lambda run, now: [(ago(run.started, now) if run.started else NOTHING, SOFT)],
        lambda run: run.started, descends=True, right=True,
    ),
)  # fmt: skip
BY_KEY = {column.key: column for column in COLUMNS}


@dataclass(frozen=True, slots=True)
class Laid:
    """A column with its place: cells from the left edge, and width."""

    column: Column
    start: int
    width: int


def laid_out(width: int) -> list[Laid]:
    """The columns that fit into so many cells; the name takes what is left."""
    chosen = [column for column in COLUMNS if column.priority == 0]
    for column in sorted(COLUMNS, key=lambda column: column.priority):
        if column.priority:
            if _needed([*chosen, column]) > width:
                break
            chosen.append(column)
    left = width - _needed(chosen) + NAME_WIDTH
    laid: list[Laid] = []
    start = 0
    for column in sorted(chosen, key=COLUMNS.index):
        taken = column.width or max(left, 1)
        laid.append(Laid(column, start, taken))
        start += taken + GAP
    return laid


def _needed(columns: list[Column]) -> int:
    return sum((column.width or NAME_WIDTH) + GAP for column in columns) - GAP


MINUTE, HOUR, DAY = 60, 3_600, 86_400


def ago(then: float, now: float) -> str:
    """`3 min ago`, `5 h ago`, `2 days ago`, `14 Nov`, `Nov 2024`; at most ten characters.

    Both are seconds since 1970; the dates are local ones.
    """
    passed = now - then
    if passed < MINUTE:
        return "just now" if passed > -MINUTE else _date(then, now)
    if passed < HOUR:
        return f"{int(passed // MINUTE)} min ago"
    if passed < DAY:
        return f"{int(passed // HOUR)} h ago"
    if passed < 7 * DAY:
        days = int(passed // DAY)
        return "1 day ago" if days == 1 else f"{days} days ago"
    return _date(then, now)


def _date(then: float, now: float) -> str:
    try:
        moment, present = datetime.fromtimestamp(then), datetime.fromtimestamp(now)
    except (ValueError, OverflowError, OSError):
        return ""
    if moment.year == present.year:
        return f"{moment.day} {moment:%b}"
    return f"{moment:%b} {moment.year}"
