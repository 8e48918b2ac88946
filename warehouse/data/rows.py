"""What a database says: tables with their columns, and rows. All of it is data from anywhere."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

import msgspec

from warehouse.data.cells import cell_of, size_of
from warehouse.events.rows import Cell, Rows
from warehouse.terminal_text import safe_text


class Refused(Exception):
    """A statement was not run to its end; the message says why, and holds no password."""


class QueryLimits(msgspec.Struct, frozen=True):
    """How much a single query may come to."""

    seconds: float = 30.0
    rows: int = 1_000
    bytes: int = 500_000
    cost: float = 1e8
    """By the database's own estimate, where it makes one."""


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column, with what was seen in it where somebody looked."""

    name: str
    type: str
    is_key: bool = False
    """Whether it is part of the primary key."""
    refers: str = ""
    """The `table.column` that it refers to."""
    comment: str = ""
    samples: tuple[str, ...] = ()
    distinct: int | None = None
    """Different values among the rows that were looked at."""


class Table(msgspec.Struct, frozen=True, omit_defaults=True):
    """A table or a view, by the name that queries call it."""

    name: str
    columns: tuple[Column, ...]
    comment: str = ""
    rows: int | None = None
    """None where nobody counted, or counting took too long."""
    looked_at: int = 0
    """The first rows, whose values `samples` and `distinct` tell of."""


MOST_SAMPLES = 3
LONGEST_SAMPLE = 40
LOOKED_AT = 500
"""Rows of a table that are looked at to tell of its columns."""


LONGEST_NAME = 200
LONGEST_NUMBER = len("_9999")
BRACES = str.maketrans("{}", "()")
"""They would end a reference to a figure."""
MOST_COLUMNS = 2_000


def gathered(columns: Iterable[str], rows: Iterable[Sequence[object]], limits: QueryLimits) -> Rows:
    """As many of the rows as the limits allow. Raises Refused where there is no column, or the columns alone
    are too many."""
    called, kept, cut = list(columns), list[tuple[Cell, ...]](), ""
    if not called:
        raise Refused("It brings no rows: ask by a SELECT.")
    if len(called) > MOST_COLUMNS:
        raise Refused(f"It has more than {MOST_COLUMNS:,} columns: ask for fewer.")
    names = distinct_names(called)
    size = sum(map(size_of, names))
    if size > limits.bytes:
        raise Refused(f"The names of its columns do not fit {limits.bytes:,} bytes: ask for fewer.")
    for row in rows:
        cells = tuple(map(cell_of, row))
        size += sum(map(size_of, cells))
        if len(kept) == limits.rows:
            cut = f"only the first {limits.rows:,} rows are here"
            break
        if size > limits.bytes:
            cut = f"only the first {len(kept):,} rows are here, which fit {limits.bytes:,} bytes"
            break
        kept.append(cells)
    return Rows(names, tuple(kept), cut)


def distinct_names(names: Iterable[str]) -> tuple[str, ...]:
    """What columns are called wherever they are told of: in one line without braces, each by a name of its own,
    whatever the case. A second `city` is `city_2` where no other is called so; one without a name is `column`."""
    plain = [_in_one_line(name) or "column" for name in names]
    own, taken = {name.casefold() for name in plain}, set[str]()
    numbers = defaultdict[str, Iterator[int]](lambda: count(2))
    for place, name in enumerate(plain):
        free, folded = name, name.casefold()
        while (key := free.casefold()) in taken or (free is not name and key in own):
            free = f"{name[: LONGEST_NAME - LONGEST_NUMBER]}_{next(numbers[folded])}"
        taken.add(key)
        plain[place] = free
    return tuple(plain)


def _in_one_line(name: str) -> str:
    words = " ".join(safe_text(name).split()).translate(BRACES)
    return words[:LONGEST_NAME].rstrip()


def looked_at(table: Table, seen: Rows, count: int | None) -> Table:
    """The table with what its first rows tell."""
    columns = []
    for place, column in enumerate(table.columns):
        values = [row[place] for row in seen.rows if row[place] is not None]
        distinct = dict.fromkeys(map(str, values))
        samples = tuple(value[:LONGEST_SAMPLE] for value in list(distinct)[:MOST_SAMPLES])
        columns.append(msgspec.structs.replace(column, samples=samples, distinct=len(distinct)))
    return msgspec.structs.replace(
        table, columns=tuple(columns), rows=count, looked_at=len(seen.rows)
    )
