"""A figure that a reporter typed becomes the reference to where it stands, or stays and goes back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company.deliverables.typed_figures import numbers_in, place_of, referred
from warehouse.data.report import FIGURE, Query, figure, with_figures


def query(columns: str, *rows: tuple[object, ...], cut: str = "") -> Query:
    return Query("SELECT", "shop", "Analyst", columns.split(), rows, cut)


SALES = query("item sold", ("Basic Toys 24", 22272.13), ("Kitchen 2", 47))
CITIES = query("city n", ("Berlin", 7), ("Graz", 3), ("Turin", 7))
ALL = query("count(*)", (5,))


@pytest.mark.parametrize(
    ("queries", "written", "meant"),
    [
        ([SALES], "22272.13, 22,272.13 or 22,272.130", "{1.1.sold}, {1.1.sold} or {1.1.sold}"),
        ([SALES], "47 of them, -47", "{1.2.sold} of them, -47"),
        ([SALES], "Basic Toys 24 and Kitchen 2.", "{1.1.item} and {1.2.item}."),
        ([SALES], "Kitchen 24", "Kitchen 24"),
        ([SALES], "1. A\n2) B 47", "1. A\n2) B {1.2.sold}"),
        ([SALES], "Query 2 and **query 47**", "Query 2 and **query 47**"),
        ([SALES], "on 2024-47-01 at 47:30, sales_47, 47.5", "on 2024-47-01 at 47:30, sales_47, 47.5"),
        ([SALES], "{1.2.sold} and [notes.md:47]", "{1.2.sold} and [notes.md:47]"),
        ([ALL], "There are 5.", "There are {1.1.count(*)}."),
        ([CITIES], "Some have 7 people.", "Some have 7 people."),  # which one, nobody says
        ([CITIES], "Graz: 3\nBerlin: 7", "Graz: {1.2.n}\nBerlin: {1.1.n}"),
        ([CITIES], "Grazing: 7", "Grazing: 7"),
        ([CITIES], "They are 7, 3 and 7.", "They are {1.1.n}, {1.2.n} and {1.3.n}."),
        ([CITIES], "They are 7, 7 and 3.", "They are 7, 7 and 3."),
        ([query("m n", ("2025-01", 3), ("2025-02", 9), ("2025-03", 12))], "12 in March.", "{1.3.n} in March."),
        ([query("a b", (12, 12))], "It is 12.", "It is 12."),
        ([query("a", (12,)), query("b", (12,))], "It is 12.", "It is {1.1.a}."),
        ([query("a", ("x",), ("y",))], "There are 2.", "There are {1.rows}."),
        ([query("a", ("x",), ("y",), cut="only 2")], "There are 2.", "There are 2."),
        ([query("a", (0,))], "There are 0.", "There are {1.1.a}."),
        ([query("a", (-120,))], "We lost 120.", "We lost 120."),
    ],
)  # fmt: skip
def test_a_typed_figure_is_where_it_stands(queries: list[Query], written: str, meant: str) -> None:
    assert referred(written, queries, numbers_in(queries), set()) == meant


def test_a_figure_that_is_known_otherwise_is_left() -> None:
    assert referred("47 of the 47", [SALES], numbers_in([SALES]), {"47"}) == "47 of the 47"


def test_where_a_figure_stands_is_told_whatever_its_sign() -> None:
    assert place_of("120", [query("a", (-120,))]) == "{1.1.a}"
    assert place_of("121", [query("a", (-120,))]) == ""


@given(
    st.lists(st.integers(0, 10**9) | st.floats(0, 10**6).map(lambda n: round(n, 2)), min_size=1, max_size=6),
    st.text("ab0123456789.,:- {}[]|*\n", max_size=60),
)  # fmt: skip
def test_what_a_report_says_stays_what_it_said(cells: list[float], words: str) -> None:
    """Whatever is taken for a reference tells the same number again."""
    queries = [query("n", *((cell,) for cell in cells))]
    told = referred(words, queries, numbers_in(queries), set())
    if FIGURE.search(words) or not FIGURE.search(told):
        return
    plain = with_figures(told, queries, lambda value, _: value, lambda text: text)
    assert _digits(plain) == _digits(words)


def _digits(text: str) -> list[float]:
    """The numbers of a text, thousands put together."""
    numbers = re.findall(r"\d+(?:[.,]\d+)*", text)
    thousands = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
    plain = (n.replace(",", "") if thousands.fullmatch(n) else n for n in numbers)
    return [round(float(n), 2) if re.fullmatch(r"\d+(\.\d+)?", n) else -1.0 for n in plain]


def test_the_number_of_rows_is_a_figure_unless_some_were_left_out() -> None:
    counted = FIGURE.fullmatch("{1.rows}")
    assert counted is not None
    assert figure([CITIES], counted) == "3"
    with pytest.raises(LookupError, match="more rows than were brought"):
        figure([query("a", (1,), cut="only the first")], counted)
