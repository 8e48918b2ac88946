"""A copy of a schema, made and filled in memory: what SQLite does not take of it is left out, and said."""

import sqlite3
import time

from warehouse.data.copy.filling import filled, quoted
from warehouse.data.copy.structure import Copy, Ddl
from warehouse.data.rows import Refused

ROWS, FEWEST_ROWS, MOST_ROWS = 20, 2, 2_000
"""Of a table, and of all together."""
MOST_CHARACTERS = 1_500_000
"""Of one script."""
MOST_SECONDS = 60.0
STEPS = 1_000
"""Of SQLite's own machine, between two looks at the clock."""
TABLES = """
    SELECT name, sql FROM sqlite_master
    WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
"""
NO_TABLE = "It has no table that a copy could be made of"
TOO_LARGE = "The statements of its schema have more than {most:,} characters"
ENDLESS = "the statement does not end"
LONGEST = 200
"""Characters of a statement that was left out, as it is told of."""


def copied(ddl: Ddl, seed: int) -> Copy:
    """The copy: the same for the same schema and seed. Raises Refused where there is none."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    until = time.monotonic() + MOST_SECONDS
    connection.set_progress_handler(lambda: int(time.monotonic() > until), STEPS)
    try:
        statements, left_out = _made(connection, ddl)
        tables = dict(connection.execute(TABLES).fetchall())
        if not tables:
            raise Refused(f"{NO_TABLE}{_because(left_out)}.")
        schema = "".join(f"{_ended(statement)}\n" for statement in statements)
        if len(schema) > MOST_CHARACTERS:
            raise Refused(f"{TOO_LARGE.format(most=MOST_CHARACTERS)}.")
        rows, empty = _rows(connection, len(tables), seed)
    finally:
        connection.close()
    _try(schema + rows, until)
    return Copy(schema, rows, tables, (*left_out, *empty))


def _made(connection: sqlite3.Connection, ddl: Ddl) -> tuple[list[str], list[str]]:
    """The statements that could be run, in an order in which they can, and what was left out."""
    made, left, faults = list[str](), [*ddl.statements], dict[str, str]()
    while left:
        faults.clear()
        for statement in left:
            try:
                if not sqlite3.complete_statement(_ended(statement)):
                    raise sqlite3.OperationalError(ENDLESS)
                connection.execute(statement)
                _check_view(connection)
            except (sqlite3.Error, sqlite3.Warning) as error:
                faults[statement] = f"Left out, since SQLite says {error}: {_shortly(statement)}"
            else:
                made.append(statement)
        if len(faults) == len(left):
            break
        # What needs something that comes later may do now.
        left = [*faults]
    return made, [*ddl.left_out, *faults.values()]


def _ended(statement: str) -> str:
    """A statement in a script: its last line may be a comment, which SQLite keeps."""
    return f"{statement.rstrip()}\n;\n"


def _try(script: str, until: float) -> None:
    """Raises Refused where a copy could not be made by its scripts."""
    connection = sqlite3.connect(":memory:")
    connection.set_progress_handler(lambda: int(time.monotonic() > until), STEPS)
    try:
        connection.executescript(script)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise Refused(f"The scripts of its copy do not run: {error}.") from None
    finally:
        connection.close()


def _check_view(connection: sqlite3.Connection) -> None:
    """Raises sqlite3.Error where what was made last is a view that cannot be read, which is gone then."""
    kind, name = connection.execute(
        "SELECT type, name FROM sqlite_master ORDER BY rowid DESC LIMIT 1"
    ).fetchone() or ("", "")
    if kind == "view":
        try:
            connection.execute(f"SELECT * FROM {quoted(name)} LIMIT 0")  # noqa: S608
        except sqlite3.Error:
            connection.execute(f"DROP VIEW {quoted(name)}")
            raise


def _rows(connection: sqlite3.Connection, tables: int, seed: int) -> tuple[str, tuple[str, ...]]:
    number = max(FEWEST_ROWS, min(ROWS, MOST_ROWS // tables))
    while True:
        rows, empty = filled(connection, number, seed)
        if len(rows) <= MOST_CHARACTERS or number == 1:
            return (rows if len(rows) <= MOST_CHARACTERS else "", empty)
        number //= 2


def _because(left_out: list[str]) -> str:
    return f". {left_out[0]}" if left_out else ""


def _shortly(statement: str) -> str:
    line = " ".join(statement.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
