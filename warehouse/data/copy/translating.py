"""The tables of another database as statements of SQLite. What has no like there is left out, and said."""

import logging
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from warehouse.data.copy.filling import quoted
from warehouse.data.copy.structure import Ddl, Field, Structure

TYPES = (
    (r".*\]$|interval|\w*range", "TEXT"),
    (r"bool|tinyint\(1\)", "BOOLEAN"),
    (r"u?(tiny|small|medium|big|huge)?int|(small|big)?serial|year", "INTEGER"),
    ("timestamp|datetime", "TIMESTAMP"),
    ("date", "DATE"),
    ("time", "TIME"),
    ("uuid", "UUID"),
    ("json", "JSON"),
    ("real|floa|doub", "REAL"),
    ("money", "NUMERIC(10, 2)"),
    ("(tiny|medium|long)?blob|(var)?binary|bytea|(var)?bit", "BLOB"),
)
"""What the types of other databases are called in a copy, the first that they begin with; all others are text."""
_SIZED = re.compile(r"(num|dec|[a-z ]*char)[a-z ]*(\(\s*\d+\s*(?:,\s*\d+\s*)?\))?")
CONSTANT = (exp.Literal, exp.Boolean, exp.Null, exp.CurrentTimestamp, exp.CurrentDate)
USUAL = "Lengths, digits behind the point and types are not enforced by SQLite, and texts of other kinds are text."


def sqlite_of(structures: Sequence[Structure], dialect: str, left_out: Sequence[str] = ()) -> Ddl:
    """The statements of a copy of these."""
    logging.getLogger("sqlglot").disabled = True
    lost = [USUAL, *left_out]
    there = {each.name for each in structures if not each.view}
    tables = [_table(each, there, dialect, lost) for each in structures if not each.view]
    views = [_view(each, dialect, lost) for each in structures if each.view]
    return Ddl((*tables, *filter(None, views)), tuple(lost))


def _table(table: Structure, there: Collection[str], dialect: str, lost: list[str]) -> str:
    numbered = _numbered(table)
    lines = [_column(table.name, each, numbered, dialect, lost) for each in table.fields]
    lines += [f"PRIMARY KEY ({_names(table.key)})"] if table.key and not numbered else []
    lines += [f"UNIQUE ({_names(each)})" for each in dict.fromkeys(table.uniques)]
    lines += [
        f"FOREIGN KEY ({_names(each.columns)}) REFERENCES {quoted(each.table)} ({_names(each.others)})"
        for each in table.references
        if each.table in there
    ]
    lost += [
        f"{table.name} refers to {each.table}, which is not copied."
        for each in table.references
        if each.table not in there
    ]
    lines += _checks(table, dialect, lost)
    return f"CREATE TABLE {quoted(table.name)} (\n  " + ",\n  ".join(lines) + "\n)"


def _numbered(table: Structure) -> str:
    """The column that numbers its rows by itself, as whole keys of one column do in SQLite."""
    types = {each.name: type_of(each) for each in table.fields}
    is_one = len(table.key) == 1 and types.get(table.key[0]) == "INTEGER"
    return table.key[0] if is_one else ""


def _column(table: str, field: Field, numbered: str, dialect: str, lost: list[str]) -> str:
    words = [quoted(field.name), type_of(field)]
    if field.name == numbered:
        return " ".join([*words, "PRIMARY KEY"])
    if field.is_computed:
        lost.append(f"{table}.{field.name} is computed by its database, and a plain column here.")
        return " ".join(words)
    words += ["NOT NULL"] if field.is_required else []
    if field.default:
        default = _default(field.default, dialect)
        words += [f"DEFAULT {default}"] if default else []
        if not default:
            lost.append(f"{table}.{field.name} has no default here: {field.default}.")
    if field.values:
        values = ", ".join("'{}'".format(each.replace("'", "''")) for each in field.values)
        words.append(f"CHECK ({quoted(field.name)} IN ({values}))")
    return " ".join(words)


def type_of(field: Field) -> str:
    """Its type as SQLite reads it, that still says what it holds."""
    if field.values:
        return "TEXT"
    told = field.type.lower()
    known = next((name for words, name in TYPES if re.match(words, told, re.DOTALL)), None)
    if known is not None:
        return known
    sized = _SIZED.match(told)
    if sized is None:
        return "TEXT"
    return f"{'NUMERIC' if sized[1] in ('num', 'dec') else 'VARCHAR'}{sized[2] or ''}"


def _default(text: str, dialect: str) -> str:
    """A default that is a constant or the time; empty where it is anything else."""
    try:
        told = _bare(parse_one(text, read=dialect))
    except (SqlglotError, RecursionError, ValueError):
        return ""
    negated = isinstance(told, exp.Neg) and isinstance(told.this, exp.Literal)
    if not (negated or isinstance(told, CONSTANT)):
        return ""
    return str(told.sql("sqlite"))


def _bare(told: exp.Expr) -> exp.Expr:
    while isinstance(told, exp.Cast | exp.Paren):
        told = told.this
    return told


def _checks(table: Structure, dialect: str, lost: list[str]) -> Iterator[str]:
    for check in table.checks:
        translated = _translated(check, dialect)
        if translated and _is_taken(table, translated):
            yield f"CHECK ({translated})"
        else:
            lost.append(f"{table.name} is without its check {' '.join(check.split())}.")


def _translated(text: str, dialect: str) -> str:
    try:
        told = parse_one(text, read=dialect).transform(_as_list).transform(_without_cast)
        return str(told.sql("sqlite", identify=True))
    except (SqlglotError, RecursionError, ValueError):
        return ""


def _as_list(node: exp.Expression) -> exp.Expression:
    """`= ANY (ARRAY[…])`, as PostgreSQL keeps an IN."""
    if isinstance(node, exp.EQ) and isinstance(node.expression, exp.Any):
        array = _bare(node.expression.this)
        if isinstance(array, exp.Array):
            return exp.In(this=node.this, expressions=array.expressions)
    return node


def _without_cast(node: exp.Expression) -> exp.Expression:
    """What a text is cast to or introduced by says nothing to SQLite."""
    while isinstance(node, exp.Cast | exp.Introducer):
        node = node.expression if isinstance(node, exp.Introducer) else node.this
    return node


def _is_taken(table: Structure, check: str) -> bool:
    columns = ", ".join(f"{quoted(each.name)} {type_of(each)}" for each in table.fields)
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(f"CREATE TABLE {quoted(table.name)} ({columns}, CHECK ({check}))")
    except (sqlite3.Error, sqlite3.Warning):
        return False
    finally:
        connection.close()
    return True


def _view(view: Structure, dialect: str, lost: list[str]) -> str:
    try:
        query = parse_one(view.view.strip().rstrip(";"), read=dialect)
        query = query.expression if isinstance(query, exp.Create) else query
        return f"CREATE VIEW {quoted(view.name)} AS {query.sql('sqlite')}"
    except (SqlglotError, RecursionError, ValueError):
        lost.append(f"The view {view.name} could not be translated.")
        return ""


def _names(columns: Iterable[str]) -> str:
    return ", ".join(map(quoted, columns))
