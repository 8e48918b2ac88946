"""A query that a role asked, with what it brought."""

from collections.abc import Iterable
from dataclasses import dataclass

from warehouse.data.row_text import row_text
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


def queries_text(asked: Iterable[AskedQuery]) -> str:
    """The queries with their numbers and first rows, as a role is shown them."""
    each = list(asked)
    room = max(MOST_CHARACTERS // max(len(each), 1), FEWEST_CHARACTERS)
    return "\n\n".join(
        f"Query {number}:\n{query.sql.strip()[:room]}\n"
        f"{row_text(query.rows, most_rows=MOST_ROWS, most_characters=room)}"
        for number, query in enumerate(each, 1)
    )
