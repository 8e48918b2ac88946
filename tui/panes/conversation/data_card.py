"""What databases were asked and what came, as cards: a query with its rows as a table, a chart in blocks."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, repeat

from rich.style import Style

from tui.panes.conversation.block import Row, apart, fitted, indented, one_line, row
from tui.panes.conversation.code_rows import code_rows
from tui.panes.conversation.inks import Inks
from tui.panes.conversation.parts import Code
from tui.panes.conversation.prose import plain_rows
from warehouse.data.row_text import row_text
from warehouse.history.entries import QUERY
from warehouse.history.format.blocks import ToolUse
from warehouse.history.format.figures import counted, excerpt
from warehouse.terminal_text import safe_text

CHART = "chart"
"""The tool that draws the rows of a query."""
CARDS = (QUERY, CHART)
FEW, MANY = 5, 40
"""Rows of a table, or lines of a chart, that are shown of a folded card and of an unfolded one."""
MOST_CHARACTERS = 20_000
"""Of one table."""
LONGEST_SQL = 5_000
"""Characters of a query that are shown."""
LONGEST_LINE = 400
"""Characters of a line of SQL in which it is told."""
INDENT = "  "
_BAR = re.compile("█+")


def is_card(use: ToolUse) -> bool:
    """Whether a call of a tool is shown as a card; of a chart that was not drawn there is none."""
    return use.tool in CARDS and (use.ok or use.tool == QUERY)


def card_rows(
    use: ToolUse, who: tuple[str, Style], database: str, width: int, inks: Inks, unfolded: bool
) -> Iterator[Row]:
    """The rows of a card: `who` did it, of the `database` of that name."""
    sign = ("▾ " if unfolded else "▸ ", inks.dim)
    room = max(width - len(INDENT), 1)
    if use.tool == CHART:
        path, _, title = use.text.partition("\n")[0].partition(": ")
        did = (sign, who, (" draws ", inks.text), (one_line(title), inks.chip))
        yield _head(did, one_line(path), use, width, inks)
        lines = safe_text(use.text).split("\n")[1:]
        yield from indented(_chart(lines, room, inks, MANY if unfolded else 2 * FEW), INDENT)
        return
    asked = (sign, who, (f" asks {one_line(database)}".rstrip(), inks.text))
    sql = one_line(excerpt(use.sql, LONGEST_LINE))
    pieces = (*asked, *([] if unfolded else [(f"   {sql}", inks.chip)]))
    count = counted(len(use.rows.rows), "row") if use.rows else ""
    yield _head(pieces, count, use, width, inks)
    if unfolded:
        code = Code("", "sql", use.sql[:LONGEST_SQL])
        yield from indented(code_rows(code, room, inks), INDENT)
    yield from indented(_answer(use, room, inks, MANY if unfolded else FEW), INDENT)


def _head(
    pieces: Sequence[tuple[str, Style]], what: str, use: ToolUse, width: int, inks: Inks
) -> Row:
    """Who did what, and at the right what came of it and how long that took."""
    did = row(*pieces, opens="fold", searchable=True)
    about = ", ".join(filter(None, (what, use.about)))
    if use.tool == CHART and did.strip.cell_length + len(about) + 2 > width:
        about = use.about
    right = row((about, inks.dim if use.ok else inks.warn))
    return apart(fitted(did, max(width - len(about) - 2, 1)), right, width)


def _answer(use: ToolUse, width: int, inks: Inks, most: int) -> Iterator[Row]:
    """The table of a query; of one that was not run, why."""
    if use.rows is None:
        words = safe_text(excerpt(use.text, LONGEST_LINE))
        yield from plain_rows(words, width, inks.dim if use.ok else inks.warn)
        return
    text = row_text(use.rows, most_rows=most, most_characters=MOST_CHARACTERS)
    *table, count = text.split("\n")
    styles = chain((inks.strong, inks.dim), repeat(inks.text))
    for line, style in zip(table, styles, strict=False):
        yield fitted(row((line, style), searchable=True), width)
    yield from plain_rows(count, width, inks.dim)


def _chart(lines: Sequence[str], width: int, inks: Inks, most: int) -> Iterator[Row]:
    """A chart in blocks, whose bars are all made shorter where they do not fit."""
    bars = [len(found[0]) for line in lines if (found := _BAR.search(line))]
    beside = max((len(_BAR.sub("", line)) for line in lines), default=0)
    share = min(1.0, max(width - beside, 1) / max(bars, default=1))
    for line in lines[:most]:
        name, bar, value = (
            line.partition(found[0]) if (found := _BAR.search(line)) else (line, "", "")
        )
        shorter = "█" * max(1, round(len(bar) * share)) if bar else ""
        pieces = ((name, inks.text), (shorter, inks.bar), (value, inks.dim))
        yield fitted(row(*pieces, searchable=True), width)
    if len(lines) > most:
        more = f"… {counted(len(lines) - most, 'more line')}"
        yield row((more, inks.dim), opens="fold")
