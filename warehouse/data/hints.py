"""What helps a role whose query was refused: what there is instead of what it named."""

import re
from collections.abc import Iterable, Iterator, Sequence

from warehouse.data.rows import Table
from warehouse.terminal_text import safe_text

_NAME = re.compile(r"[^\W\d]\w*")
_OF_A_NAME = re.compile(r"\b(?:column|table|relation)\b", re.IGNORECASE)
_OF_A_FUNCTION = re.compile(r"\bfunction\b", re.IGNORECASE)
MOST_TABLES = 4
MOST_NAMES = 60
FUNCTIONS = {
    "sqlite": "SQLite has no YEAR, MONTH, DATE_TRUNC or EXTRACT: parts of a date are strftime('%Y', …), '%m', '%d' or"
    " '%Y-%m', days between dates julianday(…) - julianday(…), and texts are put together by ||.",
}
"""What is missed most, by the SQL that a database speaks; others tell it in their own words."""


def hint(fault: str, sql: str, tables: Sequence[Table], dialect: str) -> str:
    """A sentence of what there is, after the database's own words; empty where nothing is known."""
    if _OF_A_FUNCTION.search(fault):
        return FUNCTIONS.get(dialect, "")
    if not _OF_A_NAME.search(fault):
        return ""
    words = {word.lower() for word in _NAME.findall(sql)}
    asked = [table for table in tables if words & set(_NAME.findall(table.name.lower()))]
    if not asked:
        return (
            f"There are the tables {_listed([table.name for table in tables])}." if tables else ""
        )
    has = [
        f"{_shown(table.name)} has the columns {_listed([each.name for each in table.columns])}."
        for table in asked[:MOST_TABLES]
    ]
    missed = [word for word in dict.fromkeys(_NAME.findall(fault.lower())) if word in words]
    return " ".join([*has, *_elsewhere(missed, [table for table in tables if table not in asked])])


def _elsewhere(missed: Iterable[str], others: Sequence[Table]) -> Iterator[str]:
    """Which tables that were not asked have a column that was missed."""
    for name in missed:
        having = [each.name for each in others if name in {c.name.lower() for c in each.columns}]
        if having:
            yield f"{_shown(name)} is a column of {_listed(having)}."


def _listed(names: Sequence[str]) -> str:
    left = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(map(_shown, names[:MOST_NAMES])) + left


def _shown(name: str) -> str:
    return safe_text(name, keep_newlines=False)
