"""The files that come with a copy: its scripts, what connects to it and to the real database, and how that is done."""

from collections.abc import Mapping
from pathlib import Path

from warehouse.data.address import Kind
from warehouse.data.copy.structure import Copy
from warehouse.data.report import plain

ROOT, SCHEMA, ROWS = "testdata", "schema.sql", "rows.sql"
DELIVERED = Path(__file__).parent / "delivered"
ADDRESSES: Mapping[Kind, tuple[str, str]] = {
    "sqlite": ("/PATH/TO/FILE.db", ""),
    "duckdb": ("/PATH/TO/FILE.duckdb", "duckdb"),
    "postgresql": ("postgresql://USER@HOST/NAME", "'psycopg[binary]'"),
    "mysql": ("mysql://USER:PASSWORD@HOST/NAME", "pymysql"),
}
"""How the real database is named, and the package that connects to it."""
FILES_ONLY = (
    "{name} was files of tables, which no program connects to: put them into a file of DuckDB or SQLite with"
    " tables called like these, and name that."
)
CONNECTING, TESTING, TOLD = "database.py", "conftest.py", "README.md"
MARK = "softhouse wrote this file"
"""That stands in what connects a program."""
FRESH = "Tests always have copies, fresh for each test:"
UP_TO_YOURS = (
    "`conftest.py` was here before the copies, so tests have none of their own: they write into the database that the"
    " environment names, also a real one. Unset the variable before you run them:"
)
README = """\
# How this program reaches its database

Without any setting it works on a copy with invented rows, which is made in `testdata` when it is first needed.
On a real database it works by a variable of the environment:

{variables}

In the program `from database import connect` opens whichever it is. {fresh}

    python -m pytest

## The copies

`testdata/NAME/schema.sql` makes the tables in SQLite, and `rows.sql` fills them: every row is invented.

{left_out}
"""


def of_one(name: str, copy: Copy) -> dict[str, str]:
    """The scripts of one copy, by their paths."""
    return {f"{ROOT}/{name}/{SCHEMA}": copy.schema, f"{ROOT}/{name}/{ROWS}": copy.rows}


def of_all(kinds: Mapping[str, Kind], copies: Mapping[str, Copy]) -> dict[str, str]:
    """The files beside a program that is built for these databases.

    What was left out names what is in a database, which is anybody's: it acts on no terminal, and is no Markdown.
    """
    left_out = [
        f"- {name}: {plain(words)}" for name, copy in copies.items() for words in copy.left_out
    ]
    return {
        TOLD: README.format(
            fresh=FRESH,
            variables="\n\n".join(_variable(*each) for each in kinds.items()),
            left_out="\n".join(left_out or ["Nothing of the schema is left out."]),
        ),
        CONNECTING: _delivered("database"),
        TESTING: _delivered("for_tests"),
        f"{ROOT}/.gitignore": "*.db\n",
    }


def sql_check() -> list[str]:
    """The command that holds the SQL of Python files, which follow it, against the copies."""
    return ["python3", "-I", "-c", _delivered("check_sql")]


def _variable(name: str, kind: Kind) -> str:
    if kind not in ADDRESSES:
        return FILES_ONLY.format(name=name)
    address, package = ADDRESSES[kind]
    install = f"    pip install {package}\n" if package else ""
    return f"{install}    export {name.upper()}_DATABASE={address}"


def _delivered(name: str) -> str:
    return (DELIVERED / f"{name}.py").read_text(encoding="utf-8")
