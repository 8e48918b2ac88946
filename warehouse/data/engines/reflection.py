"""What tables a database has, by SQLAlchemy's inspector: names, types, keys, comments."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.engine.interfaces import TableKey
from sqlalchemy.engine.reflection import Inspector, ObjectKind
from sqlalchemy.exc import SQLAlchemyError

from warehouse.data.copy.structure import Field, Reference, Structure
from warehouse.data.rows import Column, Table

LONGEST_COMMENT = 500


def reflected(connection: Connection, schemas: Iterable[str | None] = (None,)) -> list[Table]:
    """The tables and views of these schemas; those of None, the usual one, go by their bare names."""
    inspector = inspect(connection)
    return [table for schema in schemas for table in _of_schema(inspector, schema)]


def structures_of(connection: Connection) -> list[Structure]:
    """The tables and views of the usual schema, with all that their rows are held to."""
    inspector = inspect(connection)
    kind = ObjectKind.ANY
    columns = inspector.get_multi_columns(kind=kind)
    keys: Mapping[TableKey, Mapping[str, Any]] = inspector.get_multi_pk_constraint(kind=kind)
    references = inspector.get_multi_foreign_keys(kind=kind)
    checks = inspector.get_multi_check_constraints(kind=ObjectKind.TABLE)
    constraints = inspector.get_multi_unique_constraints(kind=ObjectKind.TABLE)
    indexes = inspector.get_multi_indexes(kind=ObjectKind.TABLE)
    views = {*inspector.get_view_names(), *_materialized(inspector)}
    return [
        Structure(
            name,
            tuple(map(_field, each)),
            key=tuple(keys.get(place, {}).get("constrained_columns") or ()),
            uniques=(
                *(tuple(one["column_names"]) for one in constraints.get(place, ())),
                *(tuple(map(str, one["column_names"])) for one in indexes.get(place, ()) if _is_plain(one)),
            ),
            references=tuple(_reference(one) for one in references.get(place, ())),
            checks=tuple(one["sqltext"] for one in checks.get(place, ())),
            view=(inspector.get_view_definition(name) or "") if name in views else "",
        )
        for place, each in sorted(columns.items(), key=lambda item: item[0][1])
        for name in place[1:]
    ]  # fmt: skip


def _materialized(inspector: Inspector) -> list[str]:
    try:
        return inspector.get_materialized_view_names()
    except (NotImplementedError, SQLAlchemyError):
        return []


def _field(column: Mapping[str, Any]) -> Field:
    # A domain is what it is made of.
    kind = getattr(column["type"], "data_type", column["type"])
    is_numbered = bool(column.get("identity") or column.get("autoincrement") is True)
    default = "" if is_numbered else str(column.get("default") or "")
    return Field(
        column["name"],
        str(kind).partition(" COLLATE ")[0],
        not column["nullable"],
        default,
        tuple(getattr(kind, "enums", ()) or ()),
        bool(column.get("computed")),
    )


def _reference(each: Mapping[str, Any]) -> Reference:
    return Reference(
        tuple(each["constrained_columns"]),
        _named(each["referred_schema"], each["referred_table"]),
        tuple(each["referred_columns"]),
    )


def _is_plain(index: Mapping[str, Any]) -> bool:
    """Whether it holds for all rows, by columns alone."""
    options = index.get("dialect_options", {})
    partial = any(name.endswith("_where") and value for name, value in options.items())
    return bool(index["unique"]) and not partial and None not in index["column_names"]


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
