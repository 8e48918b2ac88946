"""What a copy of a database is made from, and what it consists of. No row of the database is part of it."""

import msgspec


class Field(msgspec.Struct, frozen=True):
    """A column of a table to be copied."""

    name: str
    type: str
    """As its own database calls it."""
    is_required: bool = False
    default: str = ""
    """In the SQL of its own database; empty where there is none."""
    values: tuple[str, ...] = ()
    """Those of an enumeration."""
    is_computed: bool = False


class Reference(msgspec.Struct, frozen=True):
    """A foreign key."""

    columns: tuple[str, ...]
    table: str
    others: tuple[str, ...]


class Structure(msgspec.Struct, frozen=True):
    """A table, or a view where `view` holds its query."""

    name: str
    fields: tuple[Field, ...] = ()
    key: tuple[str, ...] = ()
    uniques: tuple[tuple[str, ...], ...] = ()
    references: tuple[Reference, ...] = ()
    checks: tuple[str, ...] = ()
    view: str = ""


class Ddl(msgspec.Struct, frozen=True):
    """What makes the tables of a copy: statements of SQLite, in their order."""

    statements: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """What a copy would lack, a sentence each."""


class Copy(msgspec.Struct, frozen=True):
    """A copy of a schema with invented rows, as two scripts of SQLite."""

    schema: str
    rows: str
    tables: dict[str, str]
    """The statement of each table and view that is in it, by its name."""
    left_out: tuple[str, ...] = ()
