"""A schema as a role is shown it: the tables that a question is about, as far as there is room.

They stand in the order in which the database names them, whatever the question: where all fit, what is asked
next begins with the same text, which models and their caches need not read again.

What stands in comments and samples is data of others: it is put on one line, and nothing in it can end
the comment that it stands in.
"""

import re
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

from warehouse.data.ranking import ranked
from warehouse.data.rows import LONGEST_NAME, Column, Table
from warehouse.terminal_text import safe_text

MOST_SHOWN = 12
"""Tables that are looked into and shown whole."""
LONGEST_COMMENT = 120
LENGTH_OF_END = 40
"""Characters at most of what ends a table, with the words of what was cut."""
MOST_NAMED = 3_000
"""Characters of the names of all other tables."""
_LEFT_OUT = re.compile(r"^(?:-- [\d,]+ more tables: |  -- … )", re.MULTILINE)
Look = Callable[[Sequence[Table]], Awaitable[Sequence[Table]]]
"""Tells what the first rows of tables hold."""


async def schema_text(tables: Sequence[Table], question: str, characters: int, look: Look) -> str:
    """The tables that the question is about, in so many characters, and the names of the others."""
    order = ranked(tables, question)
    names = _others(order)
    room, chosen = characters - min(len(names), MOST_NAMED), list[Table]()
    for table in order[:MOST_SHOWN]:
        room -= len(_told(table))
        if room < 0 and chosen:
            break
        chosen.append(table)
    shown = dict[int, str]()
    left = characters - len(_others(order[len(chosen) :]))
    for table, seen in zip(chosen, await look(chosen), strict=True):
        # Samples are worth less than one more table.
        told = _told(seen)
        told = told if len(told) <= left else _told(_bare(seen), left)
        left -= len(told)
        shown[tables.index(table)] = told
    in_order = [told for _, told in sorted(shown.items())]
    return "\n\n".join([*in_order, *filter(None, [_others(order[len(chosen) :])])])


def statements_text(
    tables: Sequence[Table], statements: Mapping[str, str], question: str, characters: int
) -> str:
    """The same by the statements that make the tables, which say all that rows are held to, with what comments say."""
    order, shown = ranked(tables, question), list[str]()
    left = characters - min(len(_others(order)), MOST_NAMED + LENGTH_OF_END)
    for table in order[:MOST_SHOWN]:
        told = "\n".join([f"{safe_text(statements[table.name])};", *_remarks(table)])
        if len(told) > left and shown:
            break
        told = told if len(told) <= left else _told(table, left)
        left -= len(told) + 2
        shown.append(told)
    return "\n\n".join([*shown, *filter(None, [_others(order[len(shown) :])])])


def is_whole(text: str) -> bool:
    """Whether a schema was shown to its end: all tables, and all columns of each."""
    return _LEFT_OUT.search(text) is None


def table_names(tables: Sequence[Table]) -> str:
    """All tables, a line each, with how many columns they have."""
    return "\n".join(
        f"{_name(table.name)} ({len(table.columns)} columns){_comment(table.comment, ': ')}"
        for table in tables
    )


def _remarks(table: Table) -> Iterator[str]:
    if table.comment:
        yield f"-- {_name(table.name)}{_comment(table.comment, ': ')}"
    for column in table.columns:
        if column.comment:
            yield f"-- {_name(column.name)}{_comment(column.comment, ': ')}"


def _others(tables: Sequence[Table]) -> str:
    if not tables:
        return ""
    names = ", ".join(_name(table.name) for table in tables)
    cut = f"{names[:MOST_NAMED].rpartition(', ')[0]} …" if len(names) > MOST_NAMED else names
    return f"-- {len(tables)} more tables: {cut}"


def _told(table: Table, room: int = sys.maxsize) -> str:
    """The table with as many of its columns as there is room for."""
    about = "" if table.rows is None else f"{table.rows:,} rows"
    about = "; ".join(filter(None, [about, _line(table.comment)[:LONGEST_COMMENT]]))
    head = f"CREATE TABLE {_name(table.name)} ({f'  -- {about}' if about else ''}"
    lines, room = [head], room - len(head) - LENGTH_OF_END
    for number, column in enumerate(table.columns):
        line = _column(column, is_last=column is table.columns[-1])
        room -= len(line) + 1
        if room < 0:
            lines.append(f"  -- … {len(table.columns) - number:,} more columns")
            break
        lines.append(line)
    return "\n".join([*lines, ");"])


def _column(column: Column, *, is_last: bool) -> str:
    words = [_name(column.name), _name(column.type), *(["PRIMARY KEY"] if column.is_key else [])]
    words += [f"REFERENCES {_name(column.refers)}"] if column.refers else []
    about = [_line(column.comment)[:LONGEST_COMMENT]]
    names_rows = column.is_key or column.refers  # and tells nothing of them
    if column.samples and not names_rows:
        about.append(f"such as {', '.join(repr(_line(each)) for each in column.samples)}")
    if column.distinct is not None and not names_rows:
        about.append(f"{column.distinct:,} different")
    told = "; ".join(filter(None, about))
    return f"  {' '.join(words)}{'' if is_last else ','}{f'  -- {told}' if told else ''}"


def _name(text: str) -> str:
    line = _line(text)
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…"


def _bare(table: Table) -> Table:
    from msgspec.structs import replace

    columns = tuple(replace(column, samples=(), distinct=None) for column in table.columns)
    return replace(table, columns=columns)


def _comment(text: str, before: str) -> str:
    line = _line(text)[:LONGEST_COMMENT]
    return f"{before}{line}" if line else ""


def _line(text: str) -> str:
    return safe_text(text, keep_newlines=False)
