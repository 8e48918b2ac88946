"""A query that was refused tells what there is instead of what it named."""

import pytest

from warehouse.data.hints import hint
from warehouse.data.rows import Column, Table

TABLES = [
    Table("admission", (Column("id", "integer"), Column("discharged", "date"))),
    Table("hr.wards", (Column("name", "text"),)),
]


@pytest.mark.parametrize(
    ("fault", "sql", "told"),
    [
        (
            "no such column: discharged_date",
            "SELECT 1 FROM Admission WHERE discharged_date IS NULL",
            "admission has the columns id, discharged.",
        ),
        ("column w.title does not exist", "SELECT w.title FROM hr.wards w", "hr.wards has the columns name."),
        (
            "no such column: a.Name", "SELECT a.name FROM admission a",
            "admission has the columns id, discharged. name is a column of hr.wards.",
        ),
        ("no such table: wardz", "SELECT * FROM wardz", "There are the tables admission, hr.wards."),
        ("Unknown function: YEAR", "SELECT YEAR(discharged) FROM admission", "strftime('%Y', …)"),
        ("not authorized", "DELETE FROM admission", ""),
    ],
)  # fmt: skip
def test_it_names_tables_columns_and_ways_round(fault: str, sql: str, told: str) -> None:
    found = hint(fault, sql, TABLES, "sqlite")
    assert told in found and bool(told) == bool(found)


def test_other_databases_tell_of_functions_in_their_own_words() -> None:
    assert hint("function year(date) does not exist", "SELECT year(d)", TABLES, "postgres") == ""


def test_names_stay_on_their_line_and_within_bounds() -> None:
    wide = Table("t", tuple(Column(f"c{n}\x1b[2J\n", "text") for n in range(100)))
    found = hint("no such column: x", "SELECT x FROM t", [wide], "sqlite")
    assert found.isprintable() and found.endswith("and 40 more.")
