"""What roles are shown of databases: the tables that matter, within a bound, and rows as plain lines."""

from collections.abc import Sequence

import pytest

from warehouse.data.ranking import ranked
from warehouse.data.row_text import row_text
from warehouse.data.rows import Column, QueryLimits, Refused, Table, gathered, looked_at
from warehouse.data.schema_text import schema_text, statements_text, table_names
from warehouse.events import Rows

ORDERS = Table(
    "sales_orders",
    (
        Column("id", "integer", is_key=True),
        Column("customer_id", "integer", refers="customers.id"),
        Column("placed_at", "date", comment="when it was placed"),
    ),
)
CUSTOMERS = Table("customers", (Column("id", "integer", is_key=True), Column("cityName", "text")))
FILLER = tuple(
    Table(f"{word}_{number}", (Column("id", "integer"), Column(f"{word}_state", "text")))
    for number in range(100)
    for word in ("invoice", "machine", "employee", "shipment", "audit_log")
)
MANY = (*FILLER[:250], ORDERS, *FILLER[250:], CUSTOMERS)


async def unseen(tables: Sequence[Table]) -> Sequence[Table]:
    return tables


def test_tables_are_ranked_by_rare_words_in_any_form_and_by_what_refers_to_them() -> None:
    first, second, *_ = (
        table.name for table in ranked(MANY, "How many ordering people per month?")
    )
    assert (first, second) == ("sales_orders", "customers")
    assert ranked(MANY, "Which cities are there?")[0] is MANY[0]
    assert ranked(MANY, "Which city is it?")[0].name == "customers"
    assert [table.name for table in ranked(MANY, "???")] == [table.name for table in MANY]


async def test_a_schema_of_five_hundred_tables_fits_and_says_what_it_left_out() -> None:
    text = await schema_text(MANY, "orders by city of the customer", 7_000, unseen)
    assert len(text) <= 7_000
    assert text.index("CREATE TABLE customers (") < 1_000
    assert "customer_id integer REFERENCES customers.id," in text
    assert "placed_at date  -- when it was placed" in text
    assert " more tables: " in text and text.endswith("…")
    assert len(table_names(MANY).splitlines()) == 502


async def test_a_schema_that_fits_begins_alike_whatever_is_asked() -> None:
    asked = [
        await schema_text([ORDERS, CUSTOMERS], question, 7_000, unseen)
        for question in ("orders", "Which city?")
    ]
    assert asked[0] == asked[1] and asked[0].startswith("CREATE TABLE sales_orders")


async def test_values_that_only_name_rows_are_not_shown() -> None:
    rows = Rows(("id", "customer_id", "placed_at"), ((17, 23, "2026-01-02"),))

    async def look(_: Sequence[Table]) -> Sequence[Table]:
        return [looked_at(ORDERS, rows, 1)]

    text = await schema_text([ORDERS], "orders", 7_000, look)
    assert "17" not in text and "23" not in text
    assert "such as '2026-01-02'; 1 different" in text


async def test_comments_samples_and_names_are_lines_that_nothing_leaves() -> None:
    evil = "a\n);\nDROP TABLE orders; -- \x1b]52;c;QUJD\x07\u202e"
    told = Table(
        f"notes{evil}",
        (Column("text", f"enum('{evil}')" + "x" * 9_000, comment=evil),),
        comment=evil,
    )
    seen = looked_at(told, Rows(("text",), ((evil,), (None,), ("b",))), 3)

    async def look(_: Sequence[Table]) -> Sequence[Table]:
        return [seen]

    text = await schema_text([told], "notes", 7_000, look)
    assert len(text.splitlines()) == 3 and text.startswith("CREATE TABLE notesa ); DROP")
    assert "3 rows" in text and "2 different" in text
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "xxx…" in text and len(text) < 2_000


def test_rows_are_lines_of_a_table_and_what_is_left_out_is_said() -> None:
    rows = Rows(("name", "sum"), (("Ada\n| x", 1.5), (None, 12), ("é" * 200, None)))
    lines = row_text(rows, most_rows=10, most_characters=1_000).splitlines()
    assert lines[0].startswith("name ") and lines[0].endswith("|  sum")
    assert lines[2].startswith("Ada | x ") and lines[2].endswith("|  1.5")
    assert lines[3].startswith("NULL ") and lines[3].endswith("|   12")
    assert lines[4].endswith("… | NULL") and lines[5] == "(3 rows)"

    many = Rows(("n",), tuple((n,) for n in range(1_000)), "only the first 1,000 rows are here")
    last = row_text(many, most_rows=50, most_characters=6_000).splitlines()[-1]
    assert last == "(1,000 rows; the first 50 are shown; only the first 1,000 rows are here)"
    assert row_text(Rows(("a", "b")), most_rows=9, most_characters=9) == "a | b\n--+--\n(0 rows)"
    assert row_text(Rows(), most_rows=9, most_characters=9) == "(0 rows)"


async def test_columns_that_are_too_many_or_have_long_names_are_cut_and_counted() -> None:
    columns = tuple(Column(f"column_{number}", "text", samples=("a",)) for number in range(1_500))
    text = await schema_text([Table("wide", columns)], "wide", 2_000, unseen)
    assert len(text) <= 2_000 and text.startswith("CREATE TABLE wide (\n  column_0 text,")
    shown = text.count("text,")
    assert shown > 50 and text.endswith(f"  -- … {1_500 - shown:,} more columns\n);")
    long = Table("t" * 9_000, (Column("c" * 9_000, "text", refers="r" * 9_000),))
    assert len(await schema_text([long], "", 2_000, unseen)) < 1_000

    rows = Rows(tuple(column.name for column in columns), (("x",) * 1_500,) * 3)
    told = row_text(rows, most_rows=10, most_characters=1_000)
    assert len(told) < 2_200 and told.endswith(" of 1,500 columns are shown)")
    # What a long value adds to the lines of all others counts too.
    padded = Rows(("a", "b"), (*((str(n), n) for n in range(19)), ("x" * 80, 1)))
    assert len(row_text(padded, most_rows=20, most_characters=1_000)) < 1_200


def test_names_of_columns_count_as_rows_do() -> None:
    found = gathered(["n" * 900], [("x" * 80,)] * 3, QueryLimits(bytes=300))
    assert (len(found.columns[0]), len(found.rows)) == (200, 1) and "300 bytes" in found.cut
    with pytest.raises(Refused, match="2,000 columns"):
        gathered(map(str, range(2_001)), [], QueryLimits())
    with pytest.raises(Refused, match="300 bytes"):
        gathered(["é" * 200], [], QueryLimits(bytes=300))


def test_a_copy_is_shown_by_its_statements_as_far_as_there_is_room() -> None:
    made = {table.name: f"CREATE TABLE {table.name} (id INTEGER NOT NULL)" for table in MANY}
    made["sales_orders"] += "\x1b[2J"
    told = statements_text(MANY, made, "How many ordering people per month?", 3_600)
    first, second, *_ = told.split("\n\n")
    assert (
        first.startswith("CREATE TABLE sales_orders (id INTEGER NOT NULL)") and "\x1b" not in told
    )
    assert first.endswith("\n-- placed_at: when it was placed")
    assert second == "CREATE TABLE customers (id INTEGER NOT NULL);"
    assert " more tables: " in told and len(told) <= 3_600
    # A table that is too long for all the room is shown by as many of its columns as fit.
    long = statements_text([ORDERS], {"sales_orders": "CREATE " + "x" * 999}, "orders", 200)
    assert (
        long.startswith("CREATE TABLE sales_orders (\n  id integer PRIMARY KEY,")
        and len(long) <= 200
    )
