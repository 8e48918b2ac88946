"""A query that a role asked, with what it brought."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from warehouse.data.row_text import row_text
from warehouse.data.same_rows import same_rows
from warehouse.events import Rows

MOST_ROWS = 20
MOST_CHARACTERS = 12_000
"""Of all queries together, as a role is shown them again."""
FEWEST_CHARACTERS = 300


@dataclass(frozen=True)
class AskedQuery:
    """One query that was run to its end."""

    sql: str
    database: str
    role: str
    """The name of who asked it."""
    rows: Rows


def agree(asked: Sequence[AskedQuery]) -> bool:
    """Whether the last query came to the rows of the last one before it that another role asked; one
    of the two may have columns besides."""
    others = [each for each in asked if each.role != asked[-1].role]
    return bool(others) and _are_same(others[-1].rows, asked[-1].rows)


def differ(asked: Sequence[AskedQuery]) -> bool:
    """Whether two roles have asked, and their last queries did not come to the same rows."""
    return len({each.role for each in asked}) > 1 and not agree(asked)


def _are_same(one: Rows, other: Rows) -> bool:
    if one.cut or other.cut:
        return False
    narrow, wide = sorted((one, other), key=lambda rows: len(rows.columns))
    return bool(narrow.rows) and same_rows(wide.rows, narrow.rows, besides=True)


def queries_text(asked: Iterable[AskedQuery]) -> str:
    """The queries with their numbers and first rows, as a role is shown them."""
    each = list(asked)
    room = max(MOST_CHARACTERS // max(len(each), 1), FEWEST_CHARACTERS)
    return "\n\n".join(
        f"Query {number}:\n```sql\n{query.sql.strip()[:room]}\n```\n"
        f"{row_text(query.rows, most_rows=MOST_ROWS, most_characters=room)}"
        f"{_told_as_before(each[: number - 1], query)}"
        for number, query in enumerate(each, 1)
    )


def _told_as_before(before: Sequence[AskedQuery], query: AskedQuery) -> str:
    """That an earlier query of another role came to the same rows."""
    for number, earlier in enumerate(before, 1):
        if earlier.role != query.role and _are_same(earlier.rows, query.rows):
            return f"\nThe same as query {number} came to, which somebody else wrote."
    return ""
