"""What tables a database has, by SQLAlchemy's inspector: names, types, keys, comments."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.engine.interfaces import TableKey
from sqlalchemy.engine.reflection import Inspector, ObjectKind

from warehouse.data.rows import Column, Table

LONGEST_COMMENT = 500


def reflected(connection: Connection, schemas: Iterable[str | None] = (None,)) -> list[Table]:
    """The tables and views of these schemas; those of None, the usual one, go by their bare names."""
    inspector = inspect(connection)
    return [table for schema in schemas for table in _of_schema(inspector, schema)]


def _of_schema(inspector: Inspector, schema: str | None) -> list[Table]:
    kind = ObjectKind.ANY
    columns = inspector.get_multi_columns(schema=schema, kind=kind)
    keys = inspector.get_multi_pk_constraint(schema=schema, kind=kind)
    references = inspector.get_multi_foreign_keys(schema=schema, kind=kind)
    comments = _comments(inspector, schema)
    return [
        Table(
            name=_named(*key),
            columns=_columns(each, keys.get(key, {}), references.get(key, [])),
            comment=_line(comments.get(key, {}).get("text")),
        )
        for key, each in sorted(columns.items(), key=lambda item: item[0][1])
    ]


def _comments(inspector: Inspector, schema: str | None) -> Mapping[TableKey, Mapping[str, Any]]:
    try:
        return inspector.get_multi_table_comment(schema=schema, kind=ObjectKind.ANY)
    except NotImplementedError:
        return {}


def _columns(
    columns: Iterable[Mapping[str, Any]],
    key: Mapping[str, Any],
    references: Iterable[Mapping[str, Any]],
) -> tuple[Column, ...]:
    keys = frozenset(key.get("constrained_columns") or ())
    refers = {
        own: f"{_named(each['referred_schema'], each['referred_table'])}.{other}"
        for each in references
        for own, other in zip(each["constrained_columns"], each["referred_columns"], strict=False)
    }
    return tuple(
        Column(
            name=each["name"],
            type=str(each["type"]).partition(" COLLATE ")[0].lower(),
            is_key=each["name"] in keys,
            refers=refers.get(each["name"], ""),
            comment=_line(each.get("comment")),
        )
        for each in columns
    )


def _named(schema: str | None, table: str) -> str:
    return f"{schema}.{table}" if schema else table


def _line(comment: str | None) -> str:
    return " ".join((comment or "").split())[:LONGEST_COMMENT]
