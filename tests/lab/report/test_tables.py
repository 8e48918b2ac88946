"""The tables: exact for computing, harmless for looking at."""

import csv
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from company.lab.report.tables import harmless_cell, write_tables
from tests.support.studies import results, row, usual_results


def test_the_parquet_file_is_the_frame_itself(tmp_path: Path) -> None:
    frame = results([row("=1+1", "\x1b[2Jtask", tokens=3, cost=0.1 + 0.2, consistency=None)])
    written = write_tables(frame, tmp_path)
    assert [path.name for path in written] == ["results.csv", "results.parquet"]
    again = pl.read_parquet(tmp_path / "results.parquet")
    assert_frame_equal(again.drop("consistency"), frame.drop("consistency"), check_exact=True)
    assert again.schema["consistency"] == pl.Float64


def test_the_csv_file_holds_the_same_figures(tmp_path: Path) -> None:
    frame = usual_results()
    write_tables(frame, tmp_path)
    again = pl.read_csv(tmp_path / "results.csv")
    assert_frame_equal(again.select("run", "tokens", "cost"), frame.select("run", "tokens", "cost"))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        " =1",
        "\t=1",
        "\r=1",
        "＝1",
        "%0A=1",
        "|calc",
    ],
)
def test_no_cell_begins_a_formula(text: str) -> None:
    assert harmless_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["pair", "-0.5", "+3", "1e-3", "-1.5e+3", "", "a=b"])
def test_plain_text_and_numbers_stay_as_they_are(text: str) -> None:
    assert harmless_cell(text) == text


def test_a_cell_stays_one_cell_whatever_is_in_it(tmp_path: Path) -> None:
    hostile = 'a",=cmd\n=1;=2\x1b]0;title\x07\u202e'
    frame = results([row(hostile, "t", tokens=1)]).rename({"chain": "=chain"})
    write_tables(frame, tmp_path)
    with (tmp_path / "results.csv").open(newline="") as file:
        head, *rows = csv.reader(file)
    assert "'=chain" in head
    assert [each[head.index("condition")] for each in rows] == ['a",=cmd =1;=2<U+202E>']


def test_tables_are_written_anew_over_old_ones(tmp_path: Path) -> None:
    write_tables(usual_results(), tmp_path)
    write_tables(usual_results(tasks=3), tmp_path)
    assert len(pl.read_parquet(tmp_path / "results.parquet")) == 18
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.csv", "results.parquet"]


def test_results_without_a_run_are_tables_all_the_same(tmp_path: Path) -> None:
    write_tables(pl.DataFrame({}), tmp_path)
    assert pl.read_parquet(tmp_path / "results.parquet").is_empty()
