"""Rows as Parquet: others read back what was written, and it is the same file everywhere."""

import hashlib
from pathlib import Path

import duckdb
import polars
import pytest

from warehouse.data.parquet import parquet, stored
from warehouse.events import Rows

MIXED = Rows(
    ("city", "people", "share", "is_capital", "column", "city_2", "all"),
    (
        ("Graz", 2, 0.5, False, None, "Ünïcode 🦀", 1),
        (None, -(2**53), 2, None, None, "", "one"),
        ("'; DROP", 0, None, True, None, "\x00", None),
    ),
)
MANY = Rows(("n", "text"), tuple((n if n % 3 else None, "x" * (n % 200)) for n in range(1_000)))


@pytest.mark.parametrize(
    "rows", [MIXED, MANY, Rows(("a", "b"), ()), Rows(tuple("abcdefghijklmnopq"), ((1,) * 17,))]
)
def test_duckdb_and_polars_read_the_rows_back(tmp_path: Path, rows: Rows) -> None:
    path = tmp_path / "rows.parquet"
    path.write_bytes(parquet(rows))
    assert duckdb.execute(f"SELECT * FROM '{path}'").fetchall() == list(stored(rows).rows)
    assert polars.read_parquet(path).rows() == list(stored(rows).rows)


def test_the_bytes_are_the_same_in_every_year() -> None:
    digest = hashlib.sha256(parquet(MIXED)).hexdigest()
    assert digest == "2f990f825d47f8f8ba08b0a0846863d402940f6158a85931cbe2cad50971abd5"
