"""What connects a program to its copy makes that anew with the schema, and each time whole."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from warehouse.data.copy.delivered import database
from warehouse.data.copy.structure import Copy
from warehouse.data.copy.supplied import ROOT, of_one

TABLES = "SELECT name FROM sqlite_master ORDER BY name"


@pytest.fixture
def testdata(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the copies, with one of a library."""
    monkeypatch.setattr(database, "COPIES", tmp_path / ROOT)
    monkeypatch.delenv("LIBRARY_DATABASE", raising=False)
    supply(tmp_path, "CREATE TABLE books (id);")
    return tmp_path / ROOT


def supply(product: Path, schema: str) -> None:
    copy = Copy(schema, "INSERT INTO books VALUES (1);", {"books": ""})
    for path, text in of_one("library", copy).items():
        (product / path).parent.mkdir(parents=True, exist_ok=True)
        (product / path).write_text(text)


def tables() -> list[str]:
    connection = database.connect()
    try:
        return [name for (name,) in connection.execute(TABLES)]
    finally:
        connection.close()


def test_a_copy_is_made_anew_when_the_schema_is_another(testdata: Path) -> None:
    with database.connect() as connection:
        connection.execute("INSERT INTO books VALUES (2)")
    connection.close()
    connection = database.connect()
    assert connection.execute("SELECT count(*) FROM books").fetchone() == (2,)
    connection.close()
    supply(testdata.parent, "CREATE TABLE books (id); CREATE TABLE loans (id);")
    assert tables() == ["books", "loans"]


def test_two_may_need_the_copy_at_once_and_what_was_not_finished_is_gone(testdata: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(lambda _: tables(), range(4))] == [["books"]] * 4
    (made,) = testdata.glob("*.db")
    supply(testdata.parent, "CREATE TABLE books (id); and then")
    with pytest.raises(sqlite3.OperationalError):
        database.connect()
    assert {*testdata.iterdir()} == {made, testdata / "library"}
