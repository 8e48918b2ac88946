"""Copies of schemas: from real databases of every kind, filled by what their keys and checks allow."""

import importlib.util
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

import duckdb
import psycopg
import pymysql
import pytest

from tests.support import databases
from warehouse.data.copy.delivered import check_sql
from warehouse.data.copy.making import copied
from warehouse.data.copy.structure import Copy, Ddl
from warehouse.data.copy.supplied import of_all, of_one
from warehouse.data.engines.engine import open_engine
from warehouse.data.rows import Refused

BOOKS = (
    "CREATE TABLE books (id INTEGER PRIMARY KEY, title VARCHAR(40) NOT NULL, price DECIMAL(6, 2) NOT NULL"
    " DEFAULT 9.5, pages INTEGER, CHECK (pages > 20), UNIQUE (title))",
    "CREATE TABLE loans (id INTEGER PRIMARY KEY, book_id INTEGER NOT NULL, loaned DATE NOT NULL, due DATE NOT NULL,"
    " state VARCHAR(9) NOT NULL DEFAULT 'open', noted TIMESTAMP DEFAULT CURRENT_TIMESTAMP,"
    " FOREIGN KEY (book_id) REFERENCES books (id), CHECK (due >= loaned), CHECK (state IN ('open', 'back')))",
    "INSERT INTO books VALUES (1, 'Of the owner alone', 1.5, 30)",
    "CREATE VIEW late AS SELECT title, due FROM loans JOIN books ON books.id = book_id",
)
"""The same in the SQL of all four."""
HARD = """
    CREATE TABLE "odd "" näme" ("group" TEXT, "a b" INT, "select" INT REFERENCES "odd "" näme" (n), n INT UNIQUE NOT NULL);
    CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER NOT NULL REFERENCES b (id));
    CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES a (id));
    CREATE TABLE nokey (x, y REAL CHECK (y BETWEEN 1 AND 5), z TEXT CHECK (length(z) = 13));
    CREATE TABLE tags (a INTEGER REFERENCES a, tag TEXT, PRIMARY KEY (a, tag)) WITHOUT ROWID;
    CREATE TABLE one (a INTEGER PRIMARY KEY REFERENCES a);
    CREATE TABLE never (x INTEGER NOT NULL CHECK (x <> x));
    CREATE TABLE computed (x INTEGER, twice INTEGER GENERATED ALWAYS AS (2 * x));
    CREATE VIEW gone AS SELECT * FROM what_was;
    CREATE VIRTUAL TABLE words USING fts5 (text);
    CREATE TRIGGER worded AFTER INSERT ON nokey BEGIN INSERT INTO words VALUES (new.x); END;
    INSERT INTO nokey VALUES ('Of the owner alone', 1, '1234567890123');
"""


def sqlite_books(folder: Path, _: Callable[[str], Any]) -> tuple[str, str]:
    with closing(sqlite3.connect(folder / "b.db")) as connection:
        connection.executescript(";".join(BOOKS))
    return f"sqlite:///{folder}/b.db", ""


def duckdb_books(folder: Path, _: Callable[[str], Any]) -> tuple[str, str]:
    with duckdb.connect(folder / "b.duckdb") as connection:
        connection.execute(";".join(BOOKS))
        connection.execute(
            "CREATE TYPE kind AS ENUM ('a', 'b'); CREATE TABLE kinds (kind kind NOT NULL)"
        )
    return f"duckdb:///{folder}/b.duckdb", ""


def postgresql_books(folder: Path, server: Callable[[str], Any]) -> tuple[str, str]:
    pattern = server("postgresql_server")
    root = pattern.format(user="root")
    with psycopg.connect(root, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS books")
        connection.execute("CREATE DATABASE books")
    with psycopg.connect(root.replace("/postgres?", "/books?"), autocommit=True) as connection:
        for statement in (
            *BOOKS,
            "CREATE TYPE kind AS ENUM ('a', 'b')",
            "CREATE TABLE kinds (id SERIAL PRIMARY KEY, kind kind NOT NULL, many INTEGER[], u UUID NOT NULL,"
            " h TEXT DEFAULT md5('x'))",
            "CREATE SCHEMA aside",
            "CREATE TABLE aside.more (id INTEGER PRIMARY KEY)",
            "ALTER TABLE kinds ADD more INTEGER REFERENCES aside.more (id)",
        ):
            connection.execute(statement.encode())
    return pattern.format(user="reader").replace("/postgres?", "/books?"), databases.PASSWORD


def mysql_books(folder: Path, server: Callable[[str], Any]) -> tuple[str, str]:
    pattern = server("mariadb_server")
    socket = pattern.rpartition("=")[2]
    connected = pymysql.connect(unix_socket=socket, user="root", autocommit=True)
    with closing(connected) as root, root.cursor() as cursor:
        for statement in (
            "DROP DATABASE IF EXISTS books", "CREATE DATABASE books CHARACTER SET utf8mb4", "USE books", *BOOKS,
            "CREATE TABLE kinds (id INTEGER AUTO_INCREMENT PRIMARY KEY, kind ENUM('a', 'b') NOT NULL)",
            "GRANT SELECT, SHOW VIEW ON books.* TO reader",
            "GRANT ALL PRIVILEGES ON books.* TO owner",
        ):  # fmt: skip
            cursor.execute(statement)
    return pattern.format(user="reader").replace("/shop?", "/books?"), databases.PASSWORD


KINDS: Mapping[str, Callable[[Path, Callable[[str], Any]], tuple[str, str]]] = {
    "sqlite": sqlite_books,
    "duckdb": duckdb_books,
    "postgresql": postgresql_books,
    "mysql": mysql_books,
}


def opened(copy: Copy) -> sqlite3.Connection:
    """The copy as a program has it."""
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.executescript(copy.schema)
    connection.executescript(copy.rows)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    return connection


@pytest.fixture
def delivered(tmp_path: Path) -> Iterator[Callable[[str, Copy], ModuleType]]:
    """What connects a program to a database, beside a copy, as a product has it."""

    def deliver(name: str, copy: Copy) -> ModuleType:
        for path, text in (of_one(name, copy) | of_all({name: "sqlite"}, {name: copy})).items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        spec = importlib.util.spec_from_file_location("database", tmp_path / "database.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    yield deliver


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_holds_what_the_schema_says_and_a_program_runs_on_both(
    kind: Any,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    delivered: Callable[[str, Copy], ModuleType],
) -> None:
    url, password = KINDS[kind](tmp_path, request.getfixturevalue)
    ddl = open_engine(kind, url, password).schema()
    copy = copied(ddl, 7)
    assert copy == copied(ddl, 7) and copy.rows != copied(ddl, 8).rows
    assert "owner" not in copy.schema + copy.rows
    with closing(opened(copy)) as connection:
        assert connection.execute(
            "SELECT count(*), count(DISTINCT state) FROM loans"
        ).fetchone() == (20, 2)
        assert connection.execute("SELECT count(*) FROM late").fetchone() == (20,)
        for wrong in (
            "INSERT INTO books (title, pages) VALUES ('a', 20)",
            "INSERT INTO books (title) VALUES (NULL)",
            "UPDATE books SET title = 'the same'",
            "UPDATE loans SET due = '1000-01-01'",
            "UPDATE loans SET state = 'lost'",
            "INSERT INTO loans (book_id, loaned, due) VALUES (99, '2026-01-01', '2026-01-02')",
            *(["INSERT INTO kinds (kind) VALUES ('c')"] if kind != "sqlite" else []),
        ):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(wrong)
    if kind == "postgresql":
        assert "kinds.h has no default here: md5('x'::text)." in copy.left_out
        assert "kinds refers to aside.more, which is not copied." in copy.left_out
        assert any(words.startswith("aside.more is left out") for words in copy.left_out)

    # The same statements on the copy and on the real database.
    module = delivered("books", copy)
    user = "root" if kind == "postgresql" else f"owner:{quote(password, safe='')}"
    real = url.removeprefix("sqlite:///").replace("reader@", f"{user}@")
    for address, titles in (("", 20), (real, 1)):
        monkeypatch.setenv("BOOKS_DATABASE", address)
        connection = module.connect()
        with connection:
            connection.execute(
                "INSERT INTO books (id, title, pages) VALUES (?, '100% ?', ?)", (1000, 21)
            )
        with pytest.raises(ZeroDivisionError), connection:
            if kind != "duckdb":
                connection.cursor().execute("UPDATE books SET pages = ?", [22])
            raise ZeroDivisionError
        named = connection.execute(
            "SELECT title, pages, price FROM books WHERE id = :id", {"id": 1000}
        )
        assert [(title, pages, float(price)) for title, pages, price in named] == [
            ("100% ?", 21, 9.5)
        ]
        assert connection.execute('SELECT count(*) FROM "books"').fetchone() == (titles + 1,)
        connection.close()


def test_schemas_of_all_kinds_are_filled_and_what_cannot_be_is_said(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "hard.db")) as connection:
        connection.executescript(HARD)
    copy = copied(open_engine("sqlite", f"sqlite:///{tmp_path}/hard.db", "").schema(), 1)
    with closing(opened(copy)) as connection:
        counted = {
            table: connection.execute(
                f"SELECT count(*) FROM {check_sql._quoted(table)}"
            ).fetchone()[0]
            for table in copy.tables
            if not table.startswith("words_")
        }
    assert counted == {
        'odd " näme': 20, "a": 20, "b": 20, "nokey": 20, "tags": 20, "one": 20, "never": 0, "computed": 20,
        "words": 20,
    }  # fmt: skip
    gone, never = copy.left_out
    assert "what_was: CREATE VIEW gone" in gone and "for never: CHECK constraint failed" in never


def test_statements_that_end_in_a_comment_are_taken_over_whole() -> None:
    noted = "CREATE VIEW noted AS SELECT id AS a FROM t -- a note"
    copy = copied(Ddl(("CREATE TABLE t (id INTEGER PRIMARY KEY) -- of t;", noted)), 1)
    with closing(opened(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM noted").fetchone() == (20,)
    # One that nothing ends would swallow what comes after it.
    copy = copied(Ddl((f"{noted}\n/* and", "CREATE TABLE t (id INTEGER)")), 1)
    assert [*copy.tables] == ["t"] and "the statement does not end" in copy.left_out[0]
    opened(copy).close()


@pytest.mark.parametrize(
    "statements",
    [
        (),
        ("CREATE TABLE x (a CHECK (nothing_known(a)))",),
        ("ATTACH '/tmp/made.db' AS made",),
        ("CREATE TABLE x",),
    ],
)
def test_of_nothing_no_copy_is_made(statements: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="has no table that a copy could be made of"):
        copied(Ddl(statements), 1)


def test_what_sql_names_is_looked_for_in_the_schema_and_nothing_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "testdata/library"
    folder.mkdir(parents=True)
    (folder / "schema.sql").write_text(
        'CREATE TABLE loans (id INTEGER PRIMARY KEY, due_on DATE, "my note" TEXT);'
    )
    monkeypatch.chdir(tmp_path)
    lines = {
        "SELECT l.due_on FROM loans AS l WHERE l.id = ? AND due_on < :day": "",
        "WITH late AS (SELECT * FROM loans) SELECT id FROM late": "",
        'INSERT INTO loans (due_on, "my note") VALUES (?, ?)': "",
        "CREATE TABLE IF NOT EXISTS loans (id INTEGER)": "",
        "CREATE TEMP TABLE kept (x)": "",
        "SELECT x FROM kept": "",
        "SELECT date_trunc('day', due_on) FROM loans FOR UPDATE": "",
        "Select a loan from the list": "",
        "DELETE FROM loan WHERE id = ?": "no table loan; the nearest is loans (id, due_on, my note)",
        "UPDATE loans SET due = ?": "no column due; the nearest is due_on. loans has id, due_on, my note",
        "INSERT INTO loans (due) VALUES (1)": "no column due; the nearest is due_on",
        "SELECT 1 FROM loans; SELECT id FROM fines": "no table fines",
        "CREATE TABLE fines (id INTEGER)": "no table fines",
    }
    program = [f"execute({sql!r})" for sql in lines]
    program += [
        "execute('SELECT id ' + 'FROM loans WHERE ' + where)",
        "execute(f'SELECT id FROM loans WHERE {column} = ?')",
        "print('SELECT ONE FROM THESE')",
        "execute('SELECT id ' 'FROM ' 'lent')",
    ]
    (tmp_path / "main.py").write_text("\n".join(program))
    assert check_sql.main(["main.py"]) == check_sql.FAULTS
    *told, last = capsys.readouterr().out.splitlines()
    wrong = [(number, words) for number, words in enumerate(lines.values(), 1) if words]
    for said, (number, words) in zip(told, [*wrong, (17, "no table lent")], strict=True):
        assert said.startswith(f"main.py:{number}: the schema has {words}")
    assert last == "9 of 16 SQL statements name what the schema has, 1 could not be read"
    (tmp_path / "main.py").write_text("print('hello')")
    assert check_sql.main(["main.py"]) == check_sql.UNSEEN
    assert capsys.readouterr().out == "no statement of SQL was found in it\n"
