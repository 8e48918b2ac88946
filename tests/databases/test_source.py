"""A database behind a process of its own: what the process knows, how it ends, and what is never told."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from duckdb import DuckDBPyConnection

from tests.support import databases
from tests.support.command_line import ROOT
from tests.support.documents import table
from tests.support.waiting import all_ended
from warehouse.data.address import Address, BadAddress, read_named
from warehouse.data.engines import files
from warehouse.data.engines.engine import open_engine
from warehouse.data.rows import QueryLimits, Refused
from warehouse.data.secrets import without
from warehouse.data.source import DataSource, password_variable
from warehouse.data.statement import one_statement

BEGIN_AND_WAIT = """
import asyncio, sys, time
from warehouse.data.address import Address
from warehouse.data.source import DataSource
source = DataSource("shop", Address.parse(sys.argv[1]))
async def main():
    await source.query("SELECT 1")
    print(source._process.pid, flush=True)
    await source.query("SELECT count(*) FROM big a, big b, big c")
asyncio.run(main())
"""


async def test_a_process_of_its_own_asks_and_is_started_again_where_it_was_lost(
    tmp_path: Path,
) -> None:
    source = DataSource("shop", databases.sqlite_shop(tmp_path / "shop.db"))
    assert (await source.query("SELECT count(*) FROM orders")).rows == ((3,),)
    assert source.dialect == "sqlite" and source._process is not None
    first = source._process

    os.kill(first.pid, signal.SIGKILL)
    with pytest.raises(Refused, match="shop: the process that asks the database ended"):
        await source.query("SELECT 1")
    assert (await source.query("SELECT 1")).rows == ((1,),)

    # One that answers no more is left alone, and the next question starts another.
    os.kill(source._process.pid, signal.SIGSTOP)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warehouse.data.source.GRACE_SECONDS", 0.1)
        with pytest.raises(Refused, match="did not answer in time"):
            await source.query("SELECT 1", QueryLimits(seconds=0.1))
    assert (await source.query("SELECT 2")).rows == ((2,),)
    with pytest.raises(Refused, match="several statements"):
        await source.query("SELECT 1; DELETE FROM orders")
    await source.close()


async def test_what_a_database_says_of_a_fault_is_one_short_line_that_acts_on_nothing(
    tmp_path: Path,
) -> None:
    source = DataSource("shop", databases.duckdb_shop(tmp_path / "shop.duckdb"))
    for sql in (
        "SELECT CAST(text AS INTEGER) FROM notes",
        "SELECT CAST(repeat(chr(8238), 900) AS INTEGER)",
    ):
        with pytest.raises(Refused, match="Could not convert string") as refused:
            await source.query(sql)
        told = str(refused.value)
        assert not {"\n", "\x1b", "\x07", "\u202e"} & set(told) and len(told) <= 1_000
    await source.close()


def test_the_process_ends_with_whoever_started_it_also_in_the_middle_of_a_query(
    tmp_path: Path,
) -> None:
    address = databases.sqlite_shop(tmp_path / "shop.db")
    command = [sys.executable, "-c", BEGIN_AND_WAIT, str(address)]
    parent = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    asking = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    assert all_ended([asking])


async def test_a_server_that_is_lost_in_the_middle_of_a_query_is_told_of(
    postgresql_server: str,
) -> None:
    source = _source(postgresql_server, "reader")
    await source.query("SELECT 1")
    query = asyncio.create_task(source.query("SELECT pg_sleep(30)"))
    ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    with psycopg.connect(postgresql_server.format(user="root"), autocommit=True) as root:
        while not await asyncio.to_thread(lambda: root.execute(ending).fetchall()):
            pass
    with pytest.raises(Refused, match="terminating connection"):
        await query
    assert (await source.query("SELECT 1")).rows == ((1,),)
    await source.close()


async def test_a_password_is_told_to_nobody(
    postgresql_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _source(postgresql_server, "reader")
    await source.query("SELECT 1")
    assert source._process is not None
    about = Path(f"/proc/{source._process.pid}")
    seen = (about / "cmdline").read_bytes() + (about / "environ").read_bytes()
    assert databases.PASSWORD.encode() not in seen and b"SOFTHOUSE_" not in seen
    assert "Falter" not in repr(source) + str(source.address)
    await source.close()

    wrong = DataSource("shop", replace(source.address, password="Wrong%Falter"))
    with pytest.raises(Refused, match="password authentication failed") as refused:
        await wrong.tables()
    assert "Falter" not in str(refused.value)
    # From the environment, where the address has none.
    plain = DataSource("shop", Address.parse(source.address.url))
    monkeypatch.setenv(password_variable("shop"), databases.PASSWORD)
    assert len(await plain.tables()) == 4
    await plain.close()
    monkeypatch.delenv(password_variable("shop"))
    monkeypatch.setenv("PGPASSWORD", databases.PASSWORD)
    assert len(await plain.tables()) == 4
    await plain.close()


async def test_files_of_every_kind_are_tables_of_one_database(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    address = databases.csv_shop(folder)
    (folder / "2026 sales.json").write_text('[{"a": 1, "b": {"c": [1, 2]}}]')
    (folder / "secret.csv").symlink_to("/etc/passwd")
    (folder / "note.txt").write_text("no table")
    (folder / "book.xlsx").write_bytes(table([["name", "sum"], ["Ada", 3], ["Grace", 4]]))
    source = DataSource("shop", address)
    names = [table.name for table in await source.tables()]
    assert names == ["big", "book", "customers", "notes", "orders", "t_2026_sales"]
    assert (await source.query("SELECT b FROM t_2026_sales")).rows == (('{"c": [1, 2]}',),)
    assert (await source.query("SELECT * FROM book")).rows == (("Ada", 3), ("Grace", 4))
    orders = [each for each in await source.tables() if each.name == "orders"]
    (told,) = await source.look_at(orders)
    assert (told.rows, told.columns[1].distinct, told.columns[1].samples) == (3, 2, ("1", "2"))
    await source.close()


def test_a_sheet_is_never_a_file_that_somebody_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, temporary = tmp_path / "book.xlsx", tmp_path / "temporary"
    temporary.mkdir()
    seen = list[Path]()

    def load(connection: DuckDBPyConnection, file: Path, reader: str, name: str) -> None:
        seen.extend([file, *temporary.iterdir()])
        usual(connection, file, reader, name)

    usual = files._load
    monkeypatch.setattr(files, "_load", load)
    book.write_bytes(table([["name", "sum"], ["Ada", 3]]))
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    engine = open_engine("files", Address.parse(str(book)).url, "")
    assert engine.query("SELECT * FROM book", QueryLimits()).rows == (("Ada", 3),)
    assert len(seen) == 1 and not seen[0].exists()


@pytest.mark.parametrize(
    ("said", "name", "url"),
    [
        ("sales.csv", "sales", "files:///{here}/sales.csv"),
        ("shop=sqlite:///my%20shop.db", "shop", "sqlite:///{here}/my%20shop.db"),
        ("sqlite:////tmp/a.db", "a", "sqlite:////tmp/a.db"),
        ("Data.DuckDB", "data", "duckdb:///{here}/Data.DuckDB"),
        ("b=postgres://me:pa%3Ass@host:5/db?sslmode=require", "b", "postgresql://me@host:5/db?sslmode=require"),
        ("mariadb://me:p@ss@host/db", "db", "mysql://me@host/db"),
        ("mysql://host/", "data", "mysql://host/"),
    ],
)  # fmt: skip
def test_an_address_holds_no_password(
    said: str, name: str, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found, address = read_named(said)
    assert (found, address.url) == (name, url.format(here=tmp_path))
    assert Address.parse(address.url) == address
    assert "pa:ss" not in repr(address) and (address.password == "pa:ss" or "pa%3A" not in said)


@pytest.mark.parametrize(
    "said",
    ["oracle://me:hidden@host/db", "postgresql://me:hidden@host:port/db", "sqlite://", "a.txt",
     "postgresql://me:1hidden/x@host/db", "postgresql://me:1/hidden@host/db", "mysql://me:1?hidden=@host/db",
     "mysql://me:1#hidden@host/db", "mysql://me:/hidden", "mysql://me@host/db#hidden", "mysql://host/db?hidden=1",
     "postgresql://host/db?password=hidden", "postgresql://host/db?options=-c%20hidden", ""],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_repeating_it(said: str) -> None:
    with pytest.raises(BadAddress) as refused:
        read_named(said)
    assert "hidden" not in str(refused.value)


def test_a_password_is_hidden_however_it_is_written() -> None:
    told = without(r"a%20b%40c a+b%40c a b@c", "a b@c")
    assert re.fullmatch(r"(\[password\] ?)+", told)


def test_of_a_reply_one_statement_is_taken_and_what_is_no_sql_is_left_to_the_database() -> None:
    assert one_statement("SELECT ';' ;\n", "duckdb") == "SELECT ';' ;\n"
    assert one_statement("not; sql at all (", "duckdb").startswith("not")
    for wrong in (" ;\n", "SELECT 1\0", "x" * 200_000):
        with pytest.raises(Refused):
            one_statement(wrong, "duckdb")


def _source(pattern: str, user: str) -> DataSource:
    address = Address.parse(pattern.format(user=user))
    return DataSource("shop", replace(address, password=databases.PASSWORD))
