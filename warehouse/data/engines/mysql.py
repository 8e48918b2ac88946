"""MySQL and MariaDB: an account without rights over the whole server, and one query in a read-only transaction.

A statement is first explained by the server, which explains queries and changes of rows and nothing
else: so no block, call, setting or command is run, and what changes rows is refused by the transaction.
Nothing is ever committed, and each query has a session of its own.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any

import pymysql
from pymysql.cursors import SSCursor
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.pool import NullPool

from warehouse.data.copy.structure import Ddl
from warehouse.data.engines.reflection import reflected, structures_of
from warehouse.data.rows import QueryLimits, Refused, Table, gathered
from warehouse.events import Rows

CONNECT_SECONDS = 10
GRACE = 2.0
"""Seconds that the server has to stop a query by itself, before it is told to."""
TOO_MUCH = (
    "The account {user} {power}, which is more than to read one schema: nothing was asked."
    " Connect as one that can read and nothing else: CREATE USER reader IDENTIFIED BY '…';"
    " GRANT SELECT, SHOW VIEW ON {database}.* TO reader;"
)
_GLOBAL = " ON *.* "
_HARMLESS = frozenset({"USAGE", "SHOW VIEW", "SHOW DATABASES"})
"""Rights over a whole server that let nobody change anything, or read what is not theirs."""
_ACCOUNTS = (
    "SELECT 1 FROM information_schema.columns"
    " WHERE table_schema = 'mysql' AND privileges LIKE '%select%' LIMIT 1"
)
"""Brings a row where the schema can be read that holds the accounts, with what they log in by."""
_STOPPED = frozenset({1317, 1969, 3024})
"""Numbers of errors: interrupted, and too slow as MariaDB and MySQL say it."""


class Mysql:
    """A database of MySQL or MariaDB."""

    dialect = "mysql"

    def __init__(self, url: URL) -> None:
        settings = {"connect_timeout": CONNECT_SECONDS, "local_infile": False}
        if "unix_socket" in url.query:
            settings["ssl_disabled"] = True  # making ready for it takes longer than most queries
        self._engine = create_engine(url, poolclass=NullPool, connect_args=settings)
        with self._session() as session, session.cursor() as cursor:
            cursor.execute("SHOW GRANTS")
            user, database = str(url.username or ""), str(url.database or "sales")
            for (grant,) in cursor.fetchall():
                check_grant(grant, user, database)
            if cursor.execute(_ACCOUNTS):
                raise Refused(
                    TOO_MUCH.format(user=user, power="may read the schema mysql", database=database)
                )

    def tables(self) -> list[Table]:
        with self._engine.connect() as connection:
            return reflected(connection)

    def schema(self) -> Ddl:
        from warehouse.data.copy.translating import sqlite_of

        with self._engine.connect() as connection:
            return sqlite_of(structures_of(connection), self.dialect)

    def name_of(self, table: str) -> str:
        return "`{}`".format(table.replace("`", "``"))

    def query(self, sql: str, limits: QueryLimits) -> Rows:
        until = time.monotonic() + limits.seconds
        try:
            with self._session(limits.seconds) as session:
                clock = Timer(limits.seconds + GRACE, self._stop, [session.thread_id()])
                clock.start()
                try:
                    # To explain is to run a part of it.
                    self._check_cost(session, sql, limits)
                    cursor = SSCursor(session)
                    cursor.execute(sql)
                    columns = [each[0] for each in cursor.description or ()]
                    return gathered(columns, cursor, limits)
                finally:
                    clock.cancel()
        except pymysql.MySQLError as error:
            if time.monotonic() > until or (error.args and error.args[0] in _STOPPED):
                raise Refused(f"It was stopped after {limits.seconds:g} s.") from None
            raise Refused(_words(error)) from None

    def _check_cost(self, session: Any, sql: str, limits: QueryLimits) -> None:
        with session.cursor() as cursor:
            cursor.execute(f"EXPLAIN FORMAT=JSON {sql}")
            plan = json.loads(cursor.fetchone()[0])
        told = plan.get("query_block", {}) if isinstance(plan, dict) else {}
        cost = float(told.get("cost_info", {}).get("query_cost", told.get("cost", 0)))
        if cost > limits.cost:
            raise Refused(
                f"The database expects it to cost {cost:.3g}, and at most {limits.cost:.3g} is allowed:"
                " ask for less."
            )

    @contextmanager
    def _session(self, seconds: float = 30.0) -> Iterator[Any]:
        """A session in a read-only transaction, which is never committed."""
        held = self._engine.raw_connection()
        session: Any = held.driver_connection
        try:
            with session.cursor() as cursor:
                _bound(cursor, seconds)
                cursor.execute("SET SESSION TRANSACTION READ ONLY")
                cursor.execute("START TRANSACTION READ ONLY")
            yield session
        finally:
            # Closed at once: rows that nobody wants are not waited for.
            held.invalidate()

    def _stop(self, thread: int) -> None:
        """Have the server end a query that bounds did not end."""
        with suppress(pymysql.MySQLError, OSError), self._session() as session:
            session.kill(thread)


def opened(url: str, password: str) -> Mysql:
    """The database. Raises Refused where its account may do more than read."""
    where = make_url(url).set(drivername="mysql+pymysql")
    try:
        return Mysql(where.set(password=password) if password else where)
    except pymysql.MySQLError as error:
        raise Refused(_words(error)) from None


def check_grant(grant: str, user: str, database: str) -> None:
    """Raises Refused for a right over the whole server that is not known to be harmless."""
    rights, is_global, _ = grant.partition(_GLOBAL)
    if not is_global:
        return
    held = {right.strip() for right in rights.removeprefix("GRANT ").split(",")}
    if dangerous := sorted(held - _HARMLESS):
        power = f"has the right {dangerous[0]} over the whole server"
        raise Refused(TOO_MUCH.format(user=user, power=power, database=database))


def _bound(cursor: Any, seconds: float) -> None:
    """MariaDB's bound holds for all statements, MySQL's for queries; neither knows the other's."""
    for setting in (
        f"max_statement_time = {seconds}",
        f"max_execution_time = {int(seconds * 1000)}",
    ):
        with suppress(pymysql.MySQLError):
            cursor.execute(f"SET SESSION {setting}")


def _words(error: pymysql.MySQLError) -> str:
    return str(error.args[1]) if len(error.args) > 1 else str(error)
