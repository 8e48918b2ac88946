"""What of a program's texts is SQL, and what is said of it where nothing can be said."""

import sqlite3
from pathlib import Path

import pytest

from company.engine.context.inspection import Inspection
from company.engine.workspace.judgement import SQL, judge
from warehouse.data.copy.delivered import check_sql
from warehouse.events import CommandResult
from warehouse.sandbox.stacks.cards import stacks


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The schema of a library, in the folder that is worked in."""
    schema = tmp_path / "testdata/library/schema.sql"
    schema.parent.mkdir(parents=True)
    schema.write_text("CREATE TABLE loans (id INTEGER PRIMARY KEY, due_on DATE)\n;\n")
    monkeypatch.chdir(tmp_path)
    return schema


def found(program: str) -> list[str]:
    return [sql for _, sql in check_sql.statements(program)]


@pytest.mark.parametrize(
    "program",
    [
        "add_argument('y', help='SELECT books FROM library')",
        "ArgumentParser('x', epilog='SELECT books FROM library')",
        "option('--y', help='SELECT books ' + 'FROM library')",
        "Command(description=f'SELECT {things} FROM library')",
        "raise ValueError('SELECT books FROM library')",
        "logger.warning('SELECT books FROM %s', library)",
        "print('SELECT', file=out, end='SELECT books FROM library')",
        "choices = ['select books from the library']",
    ],
)
def test_words_for_people_are_no_sql(program: str) -> None:
    assert found(program) == []


def test_what_is_asked_within_words_for_people_is_sql() -> None:
    asked = "execute('SELECT id FROM loans')"
    assert (
        found(f"print('Loans:', *connection.{asked})\nlogging.info({asked})")
        == ["SELECT id FROM loans"] * 2
    )


@pytest.mark.parametrize(
    "program",
    [
        "connection.execute('select bad from loans')",
        "connection.execute(f'select bad from loans')",
        "QUERY = 'select bad from loans'\ncursor.executemany(QUERY, rows)",
        "connection.execute(sql='select bad\\nfrom loans')",
        "q = '\\n-- what is late; or lost\\n/* by day */ SELECT bad FROM loans'",
        "q = 'SELECT bad FROM loans -- a note'",
    ],
)
def test_sql_is_found_in_small_letters_and_behind_comments(program: str, library: Path) -> None:
    Path("main.py").write_text(program)
    assert check_sql.main(["main.py"]) == check_sql.FAULTS


@pytest.mark.parametrize("exit_code", [1, 2, 137])
def test_who_looks_at_sql_and_breaks_has_seen_no_fault(exit_code: int) -> None:
    broken = CommandResult(("python3",), exit_code, "", "RecursionError", 0.1, False, False, False)
    assert judge(SQL, broken, stacks()["python"], Inspection({})).ok is None


def test_a_copy_that_cannot_be_made_here_says_nothing_of_a_program(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library.write_text("CREATE TABLE loans (id INTEGER) NOT_YET_KNOWN;\n")
    Path("main.py").write_text("execute('SELECT id FROM loans')")
    with pytest.raises(SystemExit) as ended:
        check_sql.main(["main.py"])
    assert ended.value.code == check_sql.UNSEEN
    told = capsys.readouterr().out
    assert told.startswith(
        f"SQLite {sqlite3.sqlite_version} cannot make testdata/library/schema.sql"
    )
