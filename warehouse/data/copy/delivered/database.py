"""The databases of this program. softhouse wrote this file, which needs nothing of softhouse.

`connect()` opens the database that NAME_DATABASE names in the environment: the path of a file of SQLite or DuckDB, or
the URL of a PostgreSQL, MySQL or MariaDB. Without it that is a copy of the schema with invented rows, made from
`testdata/NAME` when it is first needed, and another one when these scripts change.
"""

import hashlib
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

COPIES = Path(__file__).resolve().parent / "testdata"
SCRIPTS = ("schema.sql", "rows.sql")
PARTS = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\?|(?<!:):([A-Za-z_]\w*)|%")


def names() -> list[str]:
    """What the databases are called."""
    return sorted(schema.parent.name for schema in COPIES.glob("*/schema.sql"))


def variable(name: str) -> str:
    """The variable of the environment that names the database."""
    return f"{name.upper()}_DATABASE"


def connect(name: str = "") -> Any:
    """A connection as sqlite3 has it: `?` stands for values, and `with` commits, or rolls back."""
    if not name and len(names()) > 1:
        raise ValueError(f"connect to one of {', '.join(names())}")
    name = name or names()[0]
    address = os.environ.get(variable(name), "")
    if address:
        return _opened(address)
    scripts = b"".join((COPIES / name / script).read_bytes() for script in SCRIPTS)
    copy = COPIES / f"{name}-{hashlib.sha256(scripts).hexdigest()[:8]}.db"
    if not copy.exists():
        make_copy(name, copy)
    return _sqlite(copy)


def make_copy(name: str, path: Path) -> Path:
    """Make a copy with invented rows there, which nobody finds before it is whole."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        unfinished = Path(folder) / path.name
        with closing(sqlite3.connect(unfinished)) as connection:
            for script in SCRIPTS:
                connection.executescript((COPIES / name / script).read_text(encoding="utf-8"))
        return unfinished.replace(path)


def _opened(address: str) -> Any:
    scheme, is_url, rest = address.partition("://")
    if scheme.startswith("postgres"):
        import psycopg

        return Connection(psycopg.connect(address))
    if scheme in ("mysql", "mariadb"):
        return Connection(_mysql(address))
    path = Path(unquote(rest.removeprefix("/")) if is_url else address).expanduser()
    if scheme == "duckdb" or path.suffix in (".duckdb", ".ddb"):
        import duckdb

        return Connection(duckdb.connect(path), mark="?")
    return _sqlite(path)


def _sqlite(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise SystemExit(f"There is no database {path}.")
    connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=rw", uri=True)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _mysql(address: str) -> Any:
    import pymysql

    url = urlsplit(address)
    login: dict[str, Any] = dict(parse_qsl(url.query))
    login |= {"user": unquote(url.username or ""), "password": unquote(url.password or "")}
    login |= {"host": url.hostname or "localhost", "port": url.port or 3306}
    # Names and texts are quoted as other databases have it.
    mode = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES,PIPES_AS_CONCAT')"
    return pymysql.connect(**login, database=unquote(url.path[1:]), init_command=mode)


class Connection:
    """What sqlite3 has, over another driver."""

    def __init__(self, driver: Any, mark: str = "%s") -> None:
        self._driver, self._mark = driver, mark

    def cursor(self) -> "Cursor":
        return Cursor(self._driver.cursor(), self._mark)

    def execute(self, sql: str, values: Any = ()) -> "Cursor":
        return self.cursor().execute(sql, values)

    def executemany(self, sql: str, rows: Any) -> "Cursor":
        return self.cursor().executemany(sql, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._mark != "?":  # DuckDB has committed each statement
            self._driver.commit() if kind is None else self._driver.rollback()


class Cursor:
    """What a cursor of sqlite3 has, over another driver."""

    def __init__(self, driver: Any, mark: str) -> None:
        self._driver, self._mark = driver, mark

    def execute(self, sql: str, values: Any = ()) -> "Cursor":
        values = values if isinstance(values, Mapping) else tuple(values)
        self._driver.execute(_marked(sql, self._mark), values)
        return self

    def executemany(self, sql: str, rows: Any) -> "Cursor":
        for row in rows:
            self.execute(sql, row)
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchall())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)


def _marked(sql: str, mark: str) -> str:
    """The statement with the driver's own marks for values."""

    def marked(part: re.Match[str]) -> str:
        if mark == "?":
            return f"${part[1]}" if part[1] else part[0]
        if part[0] == "?":
            return mark
        return f"%({part[1]})s" if part[1] else part[0].replace("%", "%%")

    return PARTS.sub(marked, sql)
