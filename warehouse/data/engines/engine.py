"""What every engine does, and how one is opened; it runs in the process that `warehouse/data/serve.py` is."""

from importlib import import_module
from typing import Protocol, cast

from warehouse.data.address import Kind
from warehouse.data.copy.structure import Ddl
from warehouse.data.rows import QueryLimits, Table
from warehouse.events import Rows

MISSING = "Databases need more packages: pip install 'softhouse[data]'"


class Engine(Protocol):
    """One database, opened so that it refuses to be written."""

    dialect: str
    """The SQL it speaks, as a role is told it and sqlglot calls it."""

    def tables(self) -> list[Table]:
        """Every table and view, without what is in them. Raises Refused."""

    def schema(self) -> Ddl:
        """What makes its tables and views anew in SQLite, without what is in them. Raises Refused."""

    def name_of(self, table: str) -> str:
        """The name of a table of `tables`, quoted for a query."""

    def query(self, sql: str, limits: QueryLimits) -> Rows:
        """What one query comes to. Raises Refused, and whatever its driver raises."""


def open_engine(kind: Kind, url: str, password: str) -> Engine:
    """The engine of that kind, with the database opened. Raises Refused, and what its driver raises."""
    module = import_module(f"warehouse.data.engines.{kind}")
    return cast("Engine", module.opened(url, password))
