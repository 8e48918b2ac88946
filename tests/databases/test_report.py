"""The report of an analysis, from its pieces: what it shows of values, words and charts that anybody may have written."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from warehouse.data.cells import cell_of
from warehouse.data.drawing import in_blocks
from warehouse.data.report import Chart, Query, Report, clean, markdown, page, points, shown
from warehouse.data.rows import QueryLimits, Refused, distinct_names, gathered


def report(sentences: str, cell: Any = 2, *charts: Chart, **more: Any) -> Report:
    """One on one query, whose columns are `a` and `b & c`."""
    query = Query("SELECT 1", "shop", "Reporter", ["a", "b & c"], [(cell, 3)])
    return Report("How many?", sentences, [query], charts, **more)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["city", "city", "city"], ("city", "city_2", "city_3")),
        (["a", "a", "a_2", "A"], ("a", "a_3", "a_2", "A_4")),
        (["total", "TOTAL"], ("total", "TOTAL_2")),
        ([" sum\n(x) ", "{a}", "", "\u202e"], ("sum (x)", "(a)", "column", "<U+202E>")),
        (["x" * 300] * 2, ("x" * 200, f"{'x' * 195}_2")),
    ],
)
def test_each_column_has_a_name_of_its_own_in_one_line(
    names: Sequence[str], told: Sequence[str]
) -> None:
    assert distinct_names(names) == told
    assert gathered(names, [range(len(names))], QueryLimits()).columns == told


def test_what_brings_no_columns_is_no_query() -> None:
    with pytest.raises(Refused, match="brings no rows"):
        gathered([], [], QueryLimits())


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (2.0, "2"), (0.9964, "0.9964"), (0.99996, "0.99996"), (99.996, "99.996"), (0.0149, "0.0149"),
        (0.1 + 0.2, "0.3"), (2 / 3, "0.6667"), (1234.567, "1234.57"), (1.004, "1.004"), (1e300, "1e+300"),
        (99.99999999999999, "100"), (Decimal("0E-20"), "0"), (Decimal("2.6666666666666667"), "2.67"),
        (Decimal("1E+3"), "1000"), (Decimal("10.50"), "10.50"), ("1.23456", "1.23456"), (None, "–"), (True, "True"),
        ("10\u202f000\u3000 €", "10 000 €"), ("👩\u200d🚀", "👩\u200d🚀"), ("\x1b[2J\u202e", "\\x1b[2J\\x202e"),
    ],
)  # fmt: skip
def test_a_value_is_told_as_it_is(value: Any, told: str) -> None:
    assert shown(cell_of(value)) == told
    assert clean("a\u00a0b\n\tc") == "a b\n\tc"


@pytest.mark.parametrize(
    ("words", "in_markdown", "in_page"),
    [
        ("{1.1.b & c} & <b>", "[3](#query-1) & &lt;b>", ">3</a> &amp; &lt;b&gt;"),
        ("Great!{1.1.a}", "Great&#33;[2](#query-1)", "Great!<a href"),
        ("[x](javascript:y)", "&#91;x]&#40;javascript:y)", "[x](javascript:y)"),
        ("[x]: javascript:y", "&#91;x]: javascript:y", "[x]: javascript:y"),
        ("10\u00a0% \x1b", "10 % \\x1b", "10 % \\x1b"),
    ],
)
def test_words_are_words_and_each_figure_leads_to_its_query(
    words: str, in_markdown: str, in_page: str
) -> None:
    assert in_markdown in markdown(report(words)) and in_page in page(report(words))


def test_what_stands_in_a_cell_is_shown_as_it_is_and_leads_nowhere() -> None:
    told = markdown(report("{1.1.a}", "&lt;b> https://x.at www.x.at a@x.at"))
    shown_as = r"\&lt;b\> https\://x.at www\.x.at a\@x.at"
    assert f"[{shown_as}](#query-1)" in told and f"| {shown_as} | 3 |" in told


def drawing(kind: str = "bar", **more: Any) -> dict[str, Any]:
    return {"number": 1, "query": 1, "kind": kind, "x": "x", "y": "y", "title": "T", **more}


@pytest.mark.parametrize(
    ("kind", "rows", "fault"),
    [
        ("bar", [("a", "nan")], "more than numbers"),
        ("point", [(1, float("inf"))], "more than numbers"),
        ("line", [(1, "a")], "more than numbers"),
        ("bar", [("a", None), (None, 1)], "nothing to draw"),
        ("bar", [("a", 1), ("a\n", 2)], "x must name each row once"),
        ("line", [(1, 1), (1, 2)], "x must name each row once"),
    ],
)
def test_what_makes_no_chart_is_not_drawn(kind: str, rows: list[Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        points(drawing(kind), ["x", "y"], rows)


def test_a_chart_leaves_out_what_has_no_value_and_says_so_below_it() -> None:
    rows = [("Graz", "1234567.25"), ("Linz", None), (None, 3)]
    there = points(drawing(), ["x", "y"], rows)
    assert there == [("Graz", 1234567.25)]
    blocks = in_blocks(there, len(rows) - len(there))
    assert blocks.startswith("Graz █") and blocks.endswith(
        "█ 1234567.25\n2 rows without a value left out"
    )
    query = Query(
        "SELECT 1", "shop", "Reporter", ["x", "y"], rows, "only the first 3 rows are here"
    )
    chart = Chart(drawing(title='"><b>\x1b'), "<svg/>")
    made = Report("How many?", "Many.", [query], [chart])
    told = "; 2 rows without a value left out; only the first 3 rows are here."
    assert f"(charts/1.svg)\n\nFrom [query 1](#query-1){told}\n" in markdown(made)
    assert f'From <a href="#query-1">query 1</a>{told}</p>' in page(made)
    assert "\x1b" not in markdown(made) + page(made) and "<b>" not in page(made)


def test_a_long_question_is_cut_with_a_mark() -> None:
    heading = markdown(Report("x" * 300, "", [], [])).splitlines()[0]
    assert heading == f"# {'x' * 199}…"
