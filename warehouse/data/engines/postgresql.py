"""PostgreSQL: a role that can harm nothing, and one query at a time in a read-only transaction.

A transaction that has taken its snapshot cannot become one that writes. A query is the body of a cursor:
it is sent as a single statement that the server reads as a query, and as nothing else. Nothing is ever
committed, and each query has a session of its own, so that none changes what holds for the next.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import URL, create_engine, inspect, make_url
from sqlalchemy.pool import NullPool

from warehouse.data.copy.structure import Ddl
from warehouse.data.engines.reflection import reflected, structures_of
from warehouse.data.rows import QueryLimits, Refused, Table, gathered
from warehouse.events import Rows

CONNECT_SECONDS = 10
BATCH = 100
"""Rows that come at a time."""
BOUNDS = {
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "60000",
    "client_connection_check_interval": "1000",
}
"""Milliseconds of a session; none is said as it begins, since poolers take nothing then."""
SET = (
    "SELECT pg_catalog.set_config(name, %s::pg_catalog.json OPERATOR(pg_catalog.->>) name, true)"
    " FROM pg_catalog.pg_settings WHERE name OPERATOR(pg_catalog.=) ANY(%s)"
)
"""A bound that an older server has not is passed over."""
POWERS = """
    WITH held AS (
        SELECT oid, rolname, rolsuper, rolreplication,
               CASE WHEN rolname = session_user THEN '' ELSE 'may act as ' || rolname || ', which ' END AS by
        FROM pg_catalog.pg_roles WHERE pg_catalog.pg_has_role(session_user, oid, 'MEMBER')
        ORDER BY rolname <> session_user
    )
    SELECT by || 'is a superuser' FROM held WHERE rolsuper
    UNION ALL
    SELECT by || 'may replicate' FROM held WHERE rolreplication
    UNION ALL
    SELECT 'may act as ' || rolname FROM held
    WHERE rolname IN ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program',
                      'pg_signal_backend', 'pg_checkpoint')
    UNION ALL
    SELECT 'may call ' || p.proname FROM pg_catalog.pg_proc p, held
    WHERE (p.proname ~ '^(pg_read_file|pg_read_binary_file|pg_ls_dir|pg_stat_file|lo_import|lo_export)$'
           OR p.proname ~ '^(dblink|pg_file_)' OR p.proname IN ('pg_reload_conf', 'pg_switch_wal'))
      AND pg_catalog.has_function_privilege(held.oid, p.oid, 'EXECUTE')
    UNION ALL
    SELECT 'may read the passwords in ' || place
    FROM held, (VALUES ('pg_authid', 'rolpassword'), ('pg_shadow', 'passwd'),
                       ('pg_user_mapping', 'umoptions'), ('pg_subscription', 'subconninfo'))
               AS secrets(place, name)
    WHERE pg_catalog.has_column_privilege(held.oid, 'pg_catalog.' || place, name, 'SELECT')
"""
"""What lets a role, or one that it may become, do more than read tables, whatever the transaction says."""
TOO_MUCH = (
    "The role {role} {power}, which is more than to read tables: nothing was asked. Connect as one that"
    " can read and nothing else: CREATE ROLE reader LOGIN PASSWORD '…';"
    " GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;"
)

OTHER_SCHEMA = (
    "only the first schema of the role's search_path is copied (ALTER ROLE … SET search_path)."
)


class Postgresql:
    """A database of PostgreSQL."""

    dialect = "postgres"

    def __init__(self, url: URL) -> None:
        self._engine = create_engine(
            url,
            poolclass=NullPool,
            connect_args={"connect_timeout": CONNECT_SECONDS},
            execution_options={"postgresql_readonly": True},
        )
        with self._session() as session:
            found = session.execute(POWERS).fetchone()
            if found is not None:
                raise Refused(TOO_MUCH.format(role=session.info.user, power=found[0]))

    def tables(self) -> list[Table]:
        with self._engine.connect() as connection:
            names = inspect(connection).get_schema_names()
            usual = connection.dialect.default_schema_name
            others = [
                name
                for name in names
                if name not in (usual, "information_schema") and not name.startswith("pg_")
            ]
            return reflected(connection, [None, *others])

    def schema(self) -> Ddl:
        from warehouse.data.copy.translating import sqlite_of

        with self._engine.connect() as connection:
            structures = structures_of(connection)
        others = {table.name for table in self.tables()} - {each.name for each in structures}
        left_out = [f"{name} is left out: {OTHER_SCHEMA}" for name in sorted(others)]
        return sqlite_of(structures, self.dialect, left_out)

    def name_of(self, table: str) -> str:
        return ".".join('"{}"'.format(part.replace('"', '""')) for part in table.split(".", 1))

    def query(self, sql: str, limits: QueryLimits) -> Rows:
        until = time.monotonic() + limits.seconds
        try:
            with self._session(limits.seconds) as session:
                self._check_cost(session, sql, limits)
                with session.cursor("query") as cursor:
                    cursor.execute(sql.encode())
                    columns = [each.name for each in cursor.description or ()]
                    return gathered(columns, _fetched(session, cursor, until), limits)
        except (psycopg.errors.QueryCanceled, TimeoutError):
            raise Refused(f"It was stopped after {limits.seconds:g} s.") from None
        except psycopg.Error as error:
            raise Refused(str(error)) from None

    def _check_cost(
        self, session: "psycopg.Connection[tuple[object, ...]]", sql: str, limits: QueryLimits
    ) -> None:
        # Prepared, it is sent as one statement: what follows a semicolon is an error.
        plan = session.execute(b"EXPLAIN (FORMAT JSON) " + sql.encode(), prepare=True).fetchone()
        told = plan[0] if plan else None
        read = json.loads(told) if isinstance(told, str) else told
        cost = read[0]["Plan"]["Total Cost"] if isinstance(read, list) else 0.0
        if cost > limits.cost:
            raise Refused(
                f"The database expects it to cost {cost:.3g}, and at most {limits.cost:.3g} is allowed:"
                " ask for less."
            )

    @contextmanager
    def _session(self, seconds: float = 30.0) -> "Iterator[psycopg.Connection[tuple[object, ...]]]":
        """A session in a transaction that is read-only and stays so, and that is rolled back."""
        held = self._engine.raw_connection()
        session: Any = held.driver_connection
        try:
            session.read_only = True
            # Asking takes the snapshot.
            _bound(session, seconds)
            yield session
        finally:
            held.invalidate()


def opened(url: str, password: str) -> Postgresql:
    """The database. Raises Refused where its role may do more than read."""
    where = make_url(url).set(drivername="postgresql+psycopg")
    try:
        return Postgresql(where.set(password=password) if password else where)
    except psycopg.Error as error:
        raise Refused(str(error)) from None


def _fetched(session: Any, cursor: Any, until: float) -> Iterator[tuple[object, ...]]:
    """The rows, in batches; a query may have undone the bounds while it brought the last one.

    Raises TimeoutError where no time is left for the next.
    """
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        _bound(session, left)
        batch = cursor.fetchmany(BATCH)
        if not batch:
            return
        yield from batch


def _bound(session: Any, seconds: float) -> None:
    """Bound what comes next of the transaction; no time at all would be no bound."""
    bounds = BOUNDS | {"statement_timeout": str(max(1, int(seconds * 1000)))}
    session.execute(SET, [json.dumps(bounds), list(bounds)])
