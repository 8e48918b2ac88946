"""SQLite: the file is opened to be read, nothing but reading is authorized, and no temporary file is made."""

import re
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from warehouse.data.address import Address
from warehouse.data.copy.structure import Ddl
from warehouse.data.engines.reflection import reflected
from warehouse.data.rows import QueryLimits, Refused, Table, gathered
from warehouse.events import Rows

LONGEST_VALUE = 50_000_000
"""Bytes of one value or row; the library's own bound is a thousand million."""
STEPS = 1_000
"""Of the library's own machine, between two looks at the clock."""
READING = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
FORBIDDEN = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"})
"""Functions that reach out of the database, where a library has them."""
WRITE_AHEAD = 2
"""The format of a file that is written ahead, in its bytes 18 and 19."""
MADE = """
    SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
    ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 WHEN 'view' THEN 3 ELSE 4 END, rowid
"""
_OWN_TABLES = re.compile(
    r"CREATE VIRTUAL TABLE .*?\bUSING\s+(?:fts[345]|rtree)\b", re.IGNORECASE | re.DOTALL
)
"""Of the kinds that SQLite itself brings; others may read files."""

LEFT_BEHIND = (
    "Beside {path} lies {ahead}, which nobody has open: to read it would change the folder. Open and close"
    " the database once with the program that writes it, or ask a copy of both that sqlite3 has opened."
)


class Sqlite:
    """A file of SQLite; every query has a connection of its own."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        # What lies beside a file that is written ahead is made by whoever opens it: where nobody has, it
        # is taken for one that never changes, so that nothing is made.
        self._uri = f"{path.as_uri()}?mode=ro"
        ahead = path.with_name(f"{path.name}-wal")
        if ahead.exists() and not path.with_name(f"{path.name}-shm").exists():
            raise Refused(LEFT_BEHIND.format(path=path, ahead=ahead.name))
        with path.open("rb") as file:
            head = file.read(20)
        if head[18:] == bytes([WRITE_AHEAD] * 2) and not ahead.exists():
            self._uri += "&immutable=1"

    def tables(self) -> list[Table]:
        engine = create_engine("sqlite://", creator=self._connect, poolclass=NullPool)
        with engine.connect() as connection:
            return reflected(connection)

    def schema(self) -> Ddl:
        connection = self._connect()
        try:
            made = connection.execute(MADE).fetchall()
            # What holds a full-text index is made with it.
            listed = connection.execute("PRAGMA main.table_list").fetchall()
        except sqlite3.Error as error:
            raise Refused(str(error)) from None
        finally:
            connection.close()
        within = {each[1] for each in listed if each[2] == "shadow"}
        virtual = {each[1] for each in listed if each[2] == "virtual"}
        foreign = {name for _, name, sql in made if name in virtual and not _OWN_TABLES.match(sql)}
        statements = (sql for _, name, sql in made if name not in within | foreign)
        return Ddl(
            tuple(statements),
            tuple(f"The virtual table {name} is left out." for name in sorted(foreign)),
        )

    def name_of(self, table: str) -> str:
        return '"{}"'.format(table.replace('"', '""'))

    def query(self, sql: str, limits: QueryLimits) -> Rows:
        connection = self._connect()
        until = time.monotonic() + limits.seconds
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.set_authorizer(_authorized)
        connection.set_progress_handler(_over(until), STEPS)
        try:
            # What explains a query, or is none, cannot be explained itself.
            connection.execute(f"EXPLAIN {sql}").close()
            cursor = connection.execute(sql)
            columns = [each[0] for each in cursor.description or ()]
            return gathered(columns, cursor, limits)
        except sqlite3.OperationalError as error:
            if time.monotonic() > until:
                raise Refused(f"It was stopped after {limits.seconds:g} s.") from None
            raise Refused(str(error)) from None
        finally:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._uri, uri=True)
        # The library stores whatever bytes a program calls a text.
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")
        for setting in ("query_only = ON", "trusted_schema = OFF", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {setting}")
        return connection


def opened(url: str, password: str) -> Sqlite:
    """The database. Raises Refused where there is none."""
    path = Address.parse(url).path
    if not path.is_file():
        raise Refused(f"There is no file {path}.")
    return Sqlite(path)


def _authorized(
    action: int, first: str | None, second: str | None, _database: str | None, _by: str | None
) -> int:
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_DENY if second in FORBIDDEN else sqlite3.SQLITE_OK
    # A full-text index asks for this while it is read.
    is_version = action == sqlite3.SQLITE_PRAGMA and first == "data_version" and second is None
    return sqlite3.SQLITE_OK if action in READING or is_version else sqlite3.SQLITE_DENY


def _over(until: float) -> Callable[[], int]:
    return lambda: int(time.monotonic() > until)
