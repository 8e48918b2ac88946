"""What the types of other databases are called in a copy: SQLite compares by these names."""

import pytest
from sqlalchemy import Integer
from sqlalchemy.dialects import mysql, postgresql

from warehouse.data.copy.structure import Field
from warehouse.data.copy.translating import type_of
from warehouse.data.engines.reflection import _field


@pytest.mark.parametrize(
    ("declared", "type_"),
    [
        ("ENUM('printed','draft')", "TEXT"),
        ("ENUM('binary','text')", "TEXT"),
        ("SET('a','int')", "TEXT"),
        ("footprint", "TEXT"),
        ("STRUCT(a INTEGER, b BOOLEAN)", "TEXT"),
        ("MAP(VARCHAR, INTEGER)", "TEXT"),
        ("BOOLEAN[]", "TEXT"),
        ("INT4MULTIRANGE", "TEXT"),
        ("DATERANGE", "TEXT"),
        ("INTERVAL", "TEXT"),
        ("POINT", "TEXT"),
        ("TINYINT(1)", "BOOLEAN"),
        ("BOOLEAN", "BOOLEAN"),
        ("TINYINT UNSIGNED", "INTEGER"),
        ("MEDIUMINT(9)", "INTEGER"),
        ("UBIGINT", "INTEGER"),
        ("SMALLSERIAL", "INTEGER"),
        ("YEAR(4)", "INTEGER"),
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP"),
        ("DATETIME(6)", "TIMESTAMP"),
        ("DATE", "DATE"),
        ("TIME WITHOUT TIME ZONE", "TIME"),
        ("UUID", "UUID"),
        ("JSONB", "JSON"),
        ("DOUBLE PRECISION", "REAL"),
        ("FLOAT", "REAL"),
        ("MONEY", "NUMERIC(10, 2)"),
        ("LONGBLOB", "BLOB"),
        ("VARBINARY(16)", "BLOB"),
        ("BYTEA", "BLOB"),
        ("BIT VARYING(3)", "BLOB"),
        ("DECIMAL(6, 2)", "NUMERIC(6, 2)"),
        ("CHARACTER VARYING(40)", "VARCHAR(40)"),
        ("VARCHAR(40)", "VARCHAR(40)"),
        ("LONGTEXT", "TEXT"),
    ],
)
def test_a_type_is_what_its_name_begins_with(declared: str, type_: str) -> None:
    assert type_of(Field("a", declared)) == type_


def test_an_enumeration_is_text_and_a_domain_what_it_is_made_of() -> None:
    def told(type_: object) -> str:
        return type_of(_field({"name": "a", "type": type_, "nullable": True}))

    assert told(postgresql.ENUM("a", "b", name="integral")) == "TEXT"
    assert told(mysql.ENUM("int", "date")) == "TEXT"
    assert told(mysql.SET("int", "date")) == "TEXT"
    assert told(postgresql.DOMAIN("footprint", Integer())) == "INTEGER"
    assert told(postgresql.DOMAIN("int_kind", postgresql.ENUM("a", name="kind"))) == "TEXT"
