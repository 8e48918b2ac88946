"""What roles do with tools, as rows: a line each, or a card; whole when unfolded."""

from collections.abc import Iterator
from itertools import islice

from rich.style import Style

from tui.panes.conversation.block import Row, apart, fitted, indented, one_line, row
from tui.panes.conversation.body import MOST_ROWS
from tui.panes.conversation.data_card import card_rows, is_card
from tui.panes.conversation.inks import Inks, role_numbers
from tui.panes.conversation.prose import plain_rows
from tui.run_state.conversation import Underway
from tui.run_state.run_state import RunState
from warehouse.history.format.blocks import ToolUse
from warehouse.history.format.figures import excerpt
from warehouse.history.format.wording import pictured
from warehouse.terminal_text import safe_text


def use_rows(
    use: ToolUse, state: RunState, width: int, inks: Inks, unfolded: bool
) -> Iterator[Row]:
    """A call of a tool in a line, and below it, when unfolded, all that it came to; or as a card."""
    if is_card(use):
        who = named(use.speaker, state, inks)
        yield from card_rows(use, who, _database(use, state), width, inks, unfolded)
        return
    about = row((use.about, inks.dim if use.ok else inks.warn))
    answer = "" if unfolded else f"   {one_line(excerpt(use.text))}"
    pieces = (*_call(use.speaker, use.call, state, inks, unfolded), (answer, inks.dim))
    room = max(width - about.strip.cell_length - 2, 1)
    left = fitted(row(*pieces, opens="fold", searchable=True), room)
    yield apart(left, about, width)
    if unfolded:
        words = "\n".join(filter(None, (use.given, use.text, *map(pictured, use.pictures))))
        lines = islice(plain_rows(safe_text(words), max(width - 2, 2), inks.dim), MOST_ROWS)
        yield from indented(lines, "  ")


def underway_row(item: Underway, state: RunState, width: int, inks: Inks) -> Row:
    """A call that goes on, or was never ended."""
    calling = item.calling
    how = ("broken off", inks.warn) if item.broken else ("at work", inks.dim)
    call = _call(calling.speaker, excerpt(calling.call), state, inks)
    left = fitted(row(*call, searchable=True), max(width - len(how[0]) - 2, 1))
    return apart(left, row(how), width)


def named(role: str, state: RunState, inks: Inks) -> tuple[str, Style]:
    """A role's title, in the colour that it has all through a run."""
    titles = state.began.titles if state.began else {}
    number = role_numbers(titles).get(role)
    ink = inks.strong if number is None else inks.role(number)
    return one_line(state.title_of(role)), ink


def _call(
    speaker: str, call: str, state: RunState, inks: Inks, unfolded: bool = False
) -> tuple[tuple[str, Style], ...]:
    sign = ("▾ " if unfolded else "▸ ", inks.dim)
    return sign, named(speaker, state, inks), (f" uses {one_line(call)}", inks.text)


def _database(use: ToolUse, state: RunState) -> str:
    """What the database is called that was asked, also where a role had no need to say so."""
    there = state.began.databases if state.began else ()
    return use.database or (there[0] if len(there) == 1 else "")
