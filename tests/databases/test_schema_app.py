"""The company `schema_app`: software for a real database, built and tried on a copy of its schema."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import ConfigurationError
from tests.support.houses import house, only_journal, prompts, work, write_cards
from tests.support.scripted_company import fields_reply, file_block
from tests.support.scripted_provider import ScriptedProvider
from warehouse.data.address import Address
from warehouse.events import Note

TASK = "a program that lists the overdue books"
LIBRARY = """
    CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT NOT NULL, isbn TEXT UNIQUE);
    CREATE TABLE loans (id INTEGER PRIMARY KEY, book_id INTEGER NOT NULL REFERENCES books (id),
        due_on DATE NOT NULL, returned_on DATE);
    INSERT INTO books VALUES (1, 'The owner''s secret', '9783161484100');
"""
PROGRAM = """\
import sys
from database import connect

def overdue(connection, day):
    return connection.execute(
        "SELECT b.title, l.due_on FROM books b JOIN {loans} l ON l.book_id = b.id"
        " WHERE l.returned_on IS NULL AND l.due_on < ? ORDER BY l.due_on",
        (day,),
    ).fetchall()

def main():
    if len(sys.argv) < 2:
        print("usage: main.py DAY")
        return
    connection = connect()
    for row in overdue(connection, sys.argv[1]):
        print(*row)
    connection.close()

if __name__ == "__main__":
    main()
"""
TESTS = """\
from database import connect
from main import overdue

def test_a_book_that_is_due_is_listed():
    connection = connect()
    connection.execute("INSERT INTO loans VALUES (1000, 1, '1900-01-01', NULL)")
    connection.commit()
    assert overdue(connection, "1900-01-02") != []

def test_a_copy_is_fresh():
    assert overdue(connect(), "1900-01-02") == []
"""
DESIGN = fields_reply(tables=["books", "loans"], queries=["SELECT title FROM books"])
OWN_DATABASE = file_block("database.py", "raise SystemExit('mine')")


def database(path: Path, script: str = LIBRARY) -> Address:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return Address.parse(str(path))


def notes(folder: Path) -> list[str]:
    return [event.data.text for event in only_journal(folder) if isinstance(event.data, Note)]


async def test_software_is_tried_on_a_copy_and_what_it_names_is_in_the_schema(
    tmp_path: Path,
) -> None:
    library = database(tmp_path / "library.db")
    before = library.path.read_bytes()
    wrong, right = PROGRAM.format(loans="loan"), PROGRAM.format(loans="loans")
    line = '        "SELECT b.title, l.due_on FROM books b JOIN loans l ON l.book_id = b.id"'
    where = '        " WHERE l.returned_on IS NULL AND l.due_on < ? ORDER BY l.due_on",'
    replies = [
        DESIGN,
        file_block("main.py", wrong) + OWN_DATABASE,
        f"```python\ndef overdue(connection, day):\n    return connection.execute(\n{line}\n{where}\n```",
        file_block("test_main.py", TESTS),
    ]
    async with ScriptedProvider(replies) as provider:
        run = await work(
            tmp_path, provider, "schema_app", task=TASK, sandbox="bubblewrap",
            databases={"library": library},
        )  # fmt: skip
    design, coding, mending, _ = [each[-1] for each in prompts(provider)]
    assert (
        "CREATE TABLE loans (id INTEGER PRIMARY KEY, book_id INTEGER NOT NULL REFERENCES books (id),\n"
        in design
    )
    assert "connect()" in design and "queries: SELECT title FROM books" in coding
    # A table that is not there is caught before anything is run, and goes back with the nearest.
    assert "main.py:6: the schema has no table loan; the nearest is loans (id, book_id," in mending
    assert "database.py" not in mending.split("The program:")[1].split("It was run")[0]

    assert run.summary.exit_code == 0, run.summary.verdict
    assert run.summary.verdict.startswith("fits: 1 of 1 SQL statements name what the schema has;")
    assert "tested: 2 of 2 passed" in run.summary.verdict and "starts" in run.summary.verdict
    files = {path: data.decode() for path, data in run.product.files().items()}
    assert files["main.py"] == right and "mine" not in files["database.py"]
    assert any(
        note.startswith("database.py stays as the house made it") for note in notes(tmp_path)
    )
    assert files["testdata/library/schema.sql"].startswith("CREATE TABLE books (id INTEGER PRIMARY")
    assert "export LIBRARY_DATABASE=" in files["README.md"]

    # Neither the program, nor a role, nor the journal has seen a row, and the database is as it was.
    assert "secret" not in (run.folder / "journal.jsonl").read_text() + str(prompts(provider))
    assert library.path.read_bytes() == before

    # All of it is there again without the database.
    library.path.unlink()
    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(run.folder, resources).rehearse()
    assert rehearsal.unasked == [] and rehearsal.ending is not None
    assert rehearsal.ending.exit_code == 0


def schema_only(folder: Path) -> None:
    """A company that copies schemas and writes one file."""
    coding = {
        "title": "Work",
        "talk": {"instructor": "cto", "assistant": "programmer"},
        "sees": ["task", "schema"],
        "yields": {"files": {}},
        "prompt": "{{ task }} {{ schema }}",
    }
    write_cards(folder, "phases", work=coding)
    write_cards(folder, "chains", tiny={"steps": ["schema_copy", "work"]})
    write_cards(folder, "companies", tiny={"title": "Tiny", "chain": "tiny"})


async def test_of_many_tables_those_are_shown_that_the_task_is_about(tmp_path: Path) -> None:
    schema_only(tmp_path / "cards")
    wide = ", ".join(f"value_{number} INTEGER" for number in range(6))
    many = "".join(f"CREATE TABLE thing_{n} (id INTEGER PRIMARY KEY, {wide});" for n in range(58))
    stock = database(tmp_path / "stock.db", many + LIBRARY)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/README.md").write_text("# Mine\n")
    async with ScriptedProvider([file_block("main.py", "print(1)")] * 2) as provider:
        run = await work(
            tmp_path, provider, task=TASK, databases={"stock": stock}, source=tmp_path / "mine"
        )
        (told,) = [each[-1] for each in prompts(provider)]
        files = run.product.files()
        # Going on, the database of before is copied again, and nothing is committed anew.
        await house(tmp_path, provider).go_on(run, "print 2")
    assert "CREATE TABLE loans" in told and "more tables: thing_" in told and len(told) < 9_000
    rows = files["testdata/stock/rows.sql"].decode()
    assert rows.count("INSERT INTO") == 60 and len(rows) < 1_500_000
    # What the customer had is theirs.
    assert files["README.md"] == b"# Mine\n" and b"def connect" in files["database.py"]
    assert any(note.startswith("README.md was there before") for note in notes(tmp_path))
    subjects = [commit.subject for commit in run.product.log()]
    assert sum(subject.startswith("Schema copy") for subject in subjects) == 1


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (None, "builds for a database: name it by --database"),
        ("", "has no table that a copy could"),
    ],
)
async def test_without_a_schema_nothing_is_built(
    tmp_path: Path, script: str | None, words: str
) -> None:
    named: dict[str, Any] = {}
    if script is not None:
        named = {"databases": {"library": database(tmp_path / "library.db", script)}}
    async with ScriptedProvider([]) as provider:
        with pytest.raises(ConfigurationError, match=words) as fault:
            await work(tmp_path, provider, "schema_app", task=TASK, **named)
        assert fault.value.exit_code == 2 and not provider.calls
