"""DuckDB: opened to be read, nothing outside can be reached, and the configuration is locked."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb

from warehouse.data.address import Address
from warehouse.data.copy.structure import Ddl, Field, Reference, Structure
from warehouse.data.rows import Column, QueryLimits, Refused, Table, gathered
from warehouse.events import Rows

MEMORY = "1GB"
THREADS = 2
BATCH = 100
"""Rows that are fetched at a time."""
SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": MEMORY,
    "threads": str(THREADS),
    "temp_directory": "",
}
LOCKS = (
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
"""After them no file, network, extension or variable of this process is reached, whatever a query says."""
COLUMNS = """
    SELECT c.schema_name, c.table_name, c.column_name, c.data_type, c.comment
    FROM duckdb_columns() c WHERE NOT c.internal
    ORDER BY c.schema_name, c.table_name, c.column_index
"""
COMMENTS = """
    SELECT schema_name, table_name, comment FROM duckdb_tables()
    WHERE NOT internal AND comment IS NOT NULL
"""
KEYS = """
    SELECT schema_name, table_name, constraint_type, constraint_column_names, referenced_table,
           referenced_column_names
    FROM duckdb_constraints() WHERE constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')
"""
MAIN = "main"
FIELDS = """
    SELECT table_name, column_name, data_type, NOT is_nullable, column_default
    FROM duckdb_columns() WHERE NOT internal AND schema_name = 'main' ORDER BY table_name, column_index
"""
CONSTRAINTS = """
    SELECT table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names,
           expression
    FROM duckdb_constraints() WHERE schema_name = 'main' ORDER BY table_name, constraint_index
"""
VIEWS = "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'"
_VALUES = re.compile(r"'((?:[^']|'')*)'")


class Duckdb:
    """A file of DuckDB, or tables that were read from other files."""

    dialect = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        for lock in LOCKS:
            connection.execute(lock)
        self._connection = connection

    def tables(self) -> list[Table]:
        ask = self._connection.cursor().execute
        columns: dict[str, list[Column]] = {}
        keys, refers = set[tuple[str, str]](), dict[tuple[str, str], str]()
        for schema, table, kind, own, other, others in ask(KEYS).fetchall():
            name = _named(schema, table)
            if kind == "PRIMARY KEY":
                keys |= {(name, each) for each in own}
            else:
                refers |= {
                    (name, a): f"{other}.{b}" for a, b in zip(own, others or (), strict=False)
                }
        for schema, table, column, type_, comment in ask(COLUMNS).fetchall():
            name = _named(schema, table)
            place = name, column
            told = Column(
                column, type_.lower(), place in keys, refers.get(place, ""), comment or ""
            )
            columns.setdefault(name, []).append(told)
        comments = {_named(each[0], each[1]): each[2] for each in ask(COMMENTS).fetchall()}
        return [Table(name, tuple(own), comments.get(name, "")) for name, own in columns.items()]

    def schema(self) -> Ddl:
        from warehouse.data.copy.translating import sqlite_of

        ask = self._connection.cursor().execute
        views = dict(ask(VIEWS).fetchall())
        fields = defaultdict[str, list[Field]](list)
        for table, name, type_, required, default in ask(FIELDS).fetchall():
            values = _VALUES.findall(type_) if type_.startswith("ENUM") else ()
            fields[table].append(Field(name, type_, required, default or "", tuple(values)))
        constraints = defaultdict[tuple[str, str], list[tuple[Any, ...]]](list)
        for table, kind, *facts in ask(CONSTRAINTS).fetchall():
            constraints[table, kind].append(tuple(facts))
        structures = [
            Structure(
                table,
                tuple(held),
                key=next((tuple(each[0]) for each in constraints[table, "PRIMARY KEY"]), ()),
                uniques=tuple(tuple(each[0]) for each in constraints[table, "UNIQUE"]),
                references=tuple(
                    Reference(tuple(own), other, tuple(others))
                    for own, other, others, _ in constraints[table, "FOREIGN KEY"]
                ),
                checks=tuple(each[3] for each in constraints[table, "CHECK"]),
                view=views.get(table, ""),
            )
            for table, held in fields.items()
        ]
        others = {table.name for table in self.tables()} - fields.keys()
        left_out = [
            f"{name} is left out: only the schema main is copied." for name in sorted(others)
        ]
        return sqlite_of(structures, self.dialect, left_out)

    def name_of(self, table: str) -> str:
        return ".".join('"{}"'.format(part.replace('"', '""')) for part in table.split(".", 1))

    def query(self, sql: str, limits: QueryLimits) -> Rows:
        statements = self._connection.extract_statements(sql)
        if [each.type for each in statements] != [duckdb.StatementType.SELECT]:
            raise Refused("It is not a single query: nothing but one SELECT can be run here.")
        cursor = self._connection.cursor()
        clock = Timer(limits.seconds, cursor.interrupt)
        clock.start()
        try:
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            cursor.execute(statements[0])
            columns = [each[0] for each in cursor.description or ()]
            return gathered(columns, _fetched(cursor), limits)
        except duckdb.InterruptException:
            raise Refused(f"It was stopped after {limits.seconds:g} s.") from None
        finally:
            clock.cancel()
            cursor.close()


def opened(url: str, password: str) -> Duckdb:
    """The database. Raises Refused where there is none."""
    path = Address.parse(url).path
    if not path.is_file():
        raise Refused(f"There is no file {path}.")
    return Duckdb(connect(str(path), read_only=True))


def connect(path: str | Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection that brings no extension along."""
    return duckdb.connect(path, read_only=read_only, config=dict(SETTINGS))


def _fetched(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[object, ...]]:
    while batch := cursor.fetchmany(BATCH):
        yield from batch


def _named(schema: str, table: str) -> str:
    return table if schema == MAIN else f"{schema}.{table}"
