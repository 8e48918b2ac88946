"""Every engine, on a real database, by an owner who may write: whatever is asked, nothing is written."""

import hashlib
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import databases
from warehouse.data.address import Address
from warehouse.data.engines.engine import Engine, open_engine
from warehouse.data.engines.mysql import check_grant
from warehouse.data.rows import QueryLimits, Refused

KINDS = ("sqlite", "duckdb", "files", "postgresql", "mysql")
SHORT, USUAL = QueryLimits(seconds=0.5), QueryLimits()
SECRET = "the planted secret of another file"
CHANGES = """
DELETE FROM orders
INSERT INTO orders VALUES (9, 1, 1, '2026-01-01')
UPDATE orders SET total = 0
REPLACE INTO orders VALUES (1, 1, 0, '2026-01-01')
DROP TABLE notes
CREATE TABLE made (a INTEGER)
CREATE TEMPORARY TABLE made (a INTEGER)
CREATE VIEW made AS SELECT 1
ALTER TABLE notes ADD COLUMN made INTEGER
TRUNCATE TABLE notes
WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone
WITH these AS (SELECT 1) DELETE FROM orders
EXPLAIN ANALYZE DELETE FROM orders
SELECT * INTO made FROM orders
SELECT 1; DELETE FROM orders
SELECT 1; COMMIT; DELETE FROM orders; COMMIT
SELECT 1 -- ; a comment\\n; DELETE FROM orders
/* SELECT */ DELETE /**/ FROM orders
/*!50000 DELETE FROM orders */
/*! SELECT 1; */ DELETE FROM orders
-- SELECT 1\\nDELETE FROM orders
DELETE\u00a0FROM orders
\ufeffDELETE FROM orders
ＤＥＬＥＴＥ FROM orders
SELECT 1；DELETE FROM orders
BEGIN
COMMIT
ROLLBACK
COMMIT AND CHAIN
SET TRANSACTION READ WRITE
SET SESSION TRANSACTION READ WRITE
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE
SET default_transaction_read_only = off
SELECT set_config('transaction_read_only', 'off', false)
SET STATEMENT max_statement_time = 0 FOR DELETE FROM orders
BEGIN NOT ATOMIC COMMIT; SET SESSION TRANSACTION READ WRITE; DELETE FROM orders; COMMIT; END
DO $$ BEGIN DELETE FROM orders; END $$
EXECUTE IMMEDIATE 'DELETE FROM orders'
PREPARE p FROM 'DELETE FROM orders'
PREPARE p AS DELETE FROM orders
CALL emptied()
SELECT nextval('numbers')
SELECT NEXT VALUE FOR numbers
SELECT lo_from_bytea(0, 'made')
SELECT lo_create(4711)
SELECT query_to_xml('DELETE FROM orders', true, true, '')
LOCK TABLES orders WRITE
GRANT ALL ON orders TO PUBLIC
VACUUM
REINDEX
PRAGMA query_only = OFF
PRAGMA writable_schema = ON
PRAGMA user_version = 7
PRAGMA journal_mode = WAL
SET lock_configuration = false
SET enable_external_access = true
RESET enable_external_access
CHECKPOINT
"""
OUTSIDE = """
SELECT readfile('{secret}')
SELECT writefile('{made}', 'made')
SELECT load_extension('{made}')
ATTACH '{made}' AS made
ATTACH DATABASE '{made}' AS made
VACUUM INTO '{made}'
INSTALL httpfs
LOAD httpfs
COPY orders TO '{made}'
COPY (SELECT 1) TO '{made}'
COPY notes FROM '{secret}'
COPY orders TO PROGRAM 'touch {made}'
COPY (SELECT 1) TO PROGRAM 'touch {made}'
EXPORT DATABASE '{made}'
IMPORT DATABASE '{folder}'
SELECT * FROM read_csv('{secret}', header = false)
SELECT * FROM read_text('{secret}')
SELECT * FROM read_blob('{secret}')
SELECT * FROM read_json('{secret}')
SELECT * FROM '{secret}'
SELECT * FROM glob('{folder}/*')
SELECT * FROM sniff_csv('{secret}')
SELECT * FROM sqlite_scan('{secret}', 'a')
SELECT * FROM query('SELECT * FROM read_text(''{secret}'')')
SELECT getenv('HOME')
SELECT content FROM pragma_database_list
SELECT pg_read_file('{secret}')
SELECT pg_read_binary_file('{secret}')
SELECT pg_ls_dir('{folder}')
SELECT lo_import('{secret}')
SELECT lo_export(1, '{made}')
SELECT pg_file_write('{made}', 'made', false)
SELECT LOAD_FILE('{secret}')
SELECT * FROM orders INTO OUTFILE '{made}'
SELECT 'made' INTO DUMPFILE '{made}'
SELECT 1 UNION SELECT 2 INTO OUTFILE '{made}' -- '
LOAD DATA INFILE '{secret}' INTO TABLE notes
LOAD DATA LOCAL INFILE '{secret}' INTO TABLE notes
SELECT sys_exec('touch {made}')
.shell touch {made}
\\! touch {made}
"""
SLOW: Mapping[str, tuple[str, ...]] = {
    "sqlite": (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
        "SELECT count(*) FROM big a, big b, big c",
    ),
    "duckdb": (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
        "SELECT count(*) FROM big a, big b, big c WHERE a.id + b.id * c.id = 7",
    ),
    "postgresql": (
        "SELECT pg_sleep(60)",
        "SELECT pg_sleep(0.002) FROM big",
        "SELECT set_config('statement_timeout', '0', false), pg_sleep(0.002) FROM big",
        "SELECT set_config('statement_timeout', '0', false), pg_sleep(60)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    ),
    "mysql": (
        "SELECT SLEEP(60) FROM big",
        "SELECT count(*) FROM big a, big b, big c WHERE a.id + b.id * c.id = 7",
    ),
}
SLOW = {**SLOW, "files": SLOW["duckdb"]}


@dataclass
class Shop:
    """One shop, and how it is asked."""

    address: Address
    engine: Engine
    folder: Path
    """Where its file lies, if it has one, and a secret that it must not know."""

    def state(self) -> tuple[object, ...]:
        """All that somebody could have changed."""
        tables = tuple(table.name for table in self.engine.tables())
        rows = [self.engine.query(f"SELECT * FROM {name} ORDER BY id", USUAL) for name in tables]
        files = {
            path.relative_to(self.folder): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.folder.rglob("*")
            if path.is_file()
        }
        return tables, [each.rows for each in rows], files


@pytest.fixture(scope="module", params=KINDS)
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """The shop in each kind of database; on servers by the role that owns the tables."""
    folder = tmp_path_factory.mktemp(request.param)
    folder.chmod(0o777)
    (folder / "secret.txt").write_text(SECRET)
    makers: dict[str, Callable[[], Address]] = {
        "sqlite": lambda: databases.sqlite_shop(folder / "shop.db"),
        "duckdb": lambda: databases.duckdb_shop(folder / "shop.duckdb"),
        "files": lambda: databases.csv_shop(folder / "shop"),
    }
    if request.param in makers:
        address = makers[request.param]()
        yield Shop(address, open_engine(address.kind, address.url, ""), folder)
        return
    server = "postgresql_server" if request.param == "postgresql" else "mariadb_server"
    address = Address.parse(request.getfixturevalue(server).format(user="owner"))
    yield Shop(address, open_engine(address.kind, address.url, databases.PASSWORD), folder)


def asked(shop: Shop, statement: str) -> str:
    """What comes of a statement, in words, whatever it is."""
    try:
        return str(shop.engine.query(statement.replace("\\n", "\n"), SHORT))
    except Exception as error:  # each driver has errors of its own, and all are told
        return f"refused: {error}"


def test_queries_come_with_their_columns_rows_and_what_was_cut(shop: Shop) -> None:
    by_city = "SELECT city, count(*) AS people FROM customers GROUP BY city ORDER BY city"
    found = shop.engine.query(by_city, SHORT)
    assert (found.columns, found.rows, found.cut) == (
        ("city", "people"),
        (("Graz", 2), ("Linz", 1)),
        "",
    )

    few = shop.engine.query("SELECT id FROM big ORDER BY id", QueryLimits(rows=3))
    assert few.rows == ((1,), (2,), (3,)) and few.cut == "only the first 3 rows are here"
    small = shop.engine.query("SELECT id, text FROM big", QueryLimits(bytes=1_000))
    assert len(small.rows) == 9 and "1,000 bytes" in small.cut
    assert shop.engine.query("SELECT id FROM big WHERE id < 0;", SHORT).rows == ()


def test_tables_are_told_with_their_columns_and_keys(shop: Shop) -> None:
    tables = {table.name: table for table in shop.engine.tables()}
    assert tables.keys() >= {"big", "customers", "notes", "orders"}
    columns = {column.name: column for column in tables["orders"].columns}
    assert list(columns) == ["id", "customer_id", "total", "placed"]
    if shop.address.kind != "files":
        assert columns["id"].is_key and columns["customer_id"].refers == "customers.id"


def test_whatever_is_asked_nothing_is_written_and_nothing_outside_is_read(shop: Shop) -> None:
    before, made = shop.state(), shop.folder / "made"
    places = {"made": made, "secret": shop.folder / "secret.txt", "folder": shop.folder}
    statements = CHANGES.strip().splitlines() + OUTSIDE.format(**places).strip().splitlines()

    answers = {statement: asked(shop, statement) for statement in statements}

    assert shop.state() == before
    assert not [statement for statement, told in answers.items() if SECRET in told]
    assert not made.exists()
    if shop.address.kind == "postgresql":
        kept = shop.engine.query("SELECT count(*) FROM pg_largeobject_metadata", SHORT)
        assert kept.rows == ((0,),)
    refused = [statement for statement, told in answers.items() if told.startswith("refused: ")]
    assert len(refused) > len(statements) * 0.9


def test_what_takes_too_long_is_stopped_and_said_so(shop: Shop) -> None:
    for statement in SLOW[shop.address.kind]:
        told = asked(shop, statement)
        assert told == "refused: It was stopped after 0.5 s." or "expects it to cost" in told, (
            statement
        )
    assert shop.engine.query("SELECT count(*) FROM orders", SHORT).rows == ((3,),)


@pytest.mark.parametrize("shop", ["mysql"], indirect=True)
def test_a_query_that_takes_long_to_be_explained_is_stopped_too(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A server whose own bounds do not hold for what is explained.
    monkeypatch.setattr("warehouse.data.engines.mysql._bound", lambda *_: None)
    monkeypatch.setattr("warehouse.data.engines.mysql.GRACE", 0.0)
    began = time.monotonic()
    told = asked(shop, "SELECT * FROM (SELECT SLEEP(4) AS a) AS b")
    assert told == "refused: It was stopped after 0.5 s." and time.monotonic() - began < 3


@pytest.mark.parametrize("shop", ["postgresql"], indirect=True)
def test_what_a_database_expects_to_cost_too_much_is_not_run(shop: Shop) -> None:
    with pytest.raises(Refused, match="expects it to cost"):
        shop.engine.query("SELECT count(*) FROM big a, big b", QueryLimits(cost=1_000))


@pytest.mark.parametrize("shop", ["postgresql", "mysql"], indirect=True)
def test_a_role_that_a_transaction_does_not_hold_is_refused(shop: Shop) -> None:
    url = shop.address.url.replace("//owner@", "//{}@")
    match shop.address.kind:
        case "postgresql":
            with pytest.raises(Refused, match="The role root is a superuser"):
                open_engine("postgresql", url.format("root"), "")
            for user, power in (
                ("climber", "may act as copier, which may replicate"),
                ("keeper", "may call pg_read_file"),
                ("curious", "may read the passwords in pg_authid"),
            ):
                with pytest.raises(Refused, match=f"The role {user} {power}"):
                    open_engine("postgresql", url.format(user), databases.PASSWORD)
        case "mysql":
            for user, power in (
                ("filer", "the right FILE"),
                ("keeper", "the right READ_ONLY ADMIN"),
                ("auditor", "the right SELECT"),
                ("curious", "read the schema mysql"),
            ):
                with pytest.raises(Refused, match=f"The account {user} .*{power}"):
                    open_engine("mysql", url.format(user), databases.PASSWORD)
            with pytest.raises(Refused, match="has the right"):
                open_engine("mysql", url.format("root"), "")


def test_a_right_over_the_whole_server_that_nobody_knows_is_refused() -> None:
    for harmless in (
        "GRANT USAGE ON *.* TO `reader`@`%` IDENTIFIED BY PASSWORD '*94BDC'",
        "GRANT SHOW DATABASES, SHOW VIEW ON *.* TO `reader`@`%`",
        "GRANT SELECT, SHOW VIEW ON `shop`.* TO `reader`@`%`",
    ):
        check_grant(harmless, "reader", "shop")
    for more in (
        "GRANT PROCESS ON *.* TO `reader`@`%`",
        "GRANT USAGE,ROLE_ADMIN,XA_RECOVER_ADMIN ON *.* TO `reader`@`%`",
        "ALLOW ALL ON *.* FOR `reader`@`%`",
    ):
        with pytest.raises(Refused, match="The account reader has the right"):
            check_grant(more, "reader", "shop")


def test_a_file_that_a_program_has_not_ended_writing_is_refused_and_left_as_it_is(
    tmp_path: Path,
) -> None:
    address, crashed = databases.sqlite_shop(tmp_path / "one.db"), tmp_path / "shop.db"
    with sqlite3.connect(address.path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("DELETE FROM orders")
        connection.commit()
        shutil.copy(address.path, crashed)
        shutil.copy(f"{address.path}-wal", f"{crashed}-wal")
    connection.close()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Refused, match=r"shop\.db-wal"):
        open_engine("sqlite", Address.parse(str(crashed)).url, "").query("SELECT 1", SHORT)
    assert sorted(tmp_path.iterdir()) == before


def test_a_text_of_sqlite_that_is_no_utf_8_is_brought_all_the_same(tmp_path: Path) -> None:
    url = databases.sqlite_shop(tmp_path / "shop.db").url
    rows = open_engine("sqlite", url, "").query("SELECT CAST(x'4dfc6c' AS TEXT)", SHORT)
    assert rows.rows == (("M\ufffdl",),)
