"""When an answer counts as the one that was expected, whatever query brought it."""

import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.data.same_rows import difference_of_rows, same_rows
from warehouse.events.rows import Cell

EXACT = st.integers(-50, 50) | st.text("ab01. ", max_size=4)
FIGURES = st.sampled_from([-7.25, 0.125, 2 / 3, 1.004, 1.006, 15.5, 16.4999])
CELLS = EXACT | FIGURES | st.none() | st.booleans()
TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.tuples(*[CELLS] * width), min_size=1, max_size=6)
)
Table = Sequence[tuple[Cell, ...]]

CITIES = [("Graz", 2, 15.5), ("Linz", 1, 100.0)]


def test_order_counts_only_where_it_was_asked_for() -> None:
    turned = CITIES[::-1]
    assert same_rows(turned, CITIES) and not same_rows(turned, CITIES, in_order=True)


def test_columns_may_stand_in_another_order_but_none_may_be_more_or_fewer() -> None:
    assert same_rows([(total, city, n) for city, n, total in CITIES], CITIES, in_order=True)
    assert not same_rows([row[:2] for row in CITIES], CITIES)
    assert not same_rows([(*row, 1) for row in CITIES], CITIES)
    # A column is taken as a whole: its cells are not changed for those of another row.
    assert not same_rows([(1, 2), (4, 3)], [(1, 2), (3, 4)])


def test_further_columns_are_none_where_they_are_welcome() -> None:
    assert same_rows([("x", *row, 1) for row in CITIES], CITIES, besides=True)
    assert not same_rows([row[:2] for row in CITIES], CITIES, besides=True)
    assert not same_rows([(*row[:2], 7) for row in CITIES], CITIES, besides=True)
    assert not same_rows([], CITIES, besides=True)


def test_columns_of_numbers_are_found_whatever_their_order() -> None:
    wanted = [tuple(range(row, row + 7)) for row in range(5)]
    assert same_rows([row[::-1] for row in wanted], wanted)


def test_a_row_counts_as_often_as_it_comes() -> None:
    assert not same_rows([("Graz",)] * 2, [("Graz",), ("Linz",)])
    assert not same_rows([("Graz",)] * 2, [("Graz",)])


@pytest.mark.parametrize(
    ("got", "wanted", "same"),
    [
        (2, 2.0, True),
        ("10.50", 10.5, True),
        (33.33, 100 / 3, True),
        (1_000_001, 1_000_000.0, True),
        (1_000_001, 1_000_000, False),
        (33.4, 100 / 3, False),
        (3, 2, False),
        (True, 1, True),
        (None, 0, False),
        (None, None, True),
        ("Graz ", "Graz", True),
        ("graz", "Graz", False),
        ("nan", "nan", True),
        ("9" * 400, 1, False),
        ("9" * 400, int("9" * 400), True),
        ("2024", 2024, True),
        ("01234", 1234, False),
        ("1E5", 100_000, False),
        ("1_0", 10, False),
        ("33.33", 100 / 3, True),
        (0.33, 1 / 3, True),
        (0.1429, 1 / 7, True),
        (2.13, 2.125, True),
        (1.006, 1.0063, True),
        (1.006, 1.009, False),
        (0.331, 0.334, False),
        (0.004, 0, False),
        (0.004, 0.0, False),
        (0.00001, 0.004, False),
        (0.1 + 0.2 - 0.3, 0, True),
        (float("inf"), float("inf"), True),
    ],
)
def test_numbers_may_be_rounded_and_texts_are_what_they_are(
    got: Cell, wanted: Cell, same: bool
) -> None:
    assert same_rows([(got,)], [(wanted,)]) is same


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        ("202401", "202402"),
        ("2024.11", "2024.12"),
        ("1.10", "1.1"),
        ("9783161484100", "9783161484101"),
        ("01234", "1234"),
        ("1E5", "100000"),
        ("1_0", "10"),
    ],
)
def test_a_text_is_no_number_where_a_text_is_wanted(got: str, wanted: str) -> None:
    assert not same_rows([(got,)], [(wanted,)]) and same_rows([(got,)], [(got,)])


def test_numbers_are_matched_with_their_own_row_where_several_are_close() -> None:
    wanted = [(1.0000, 5), (1.0001, 6), (1.0002, 7)]
    assert same_rows([(1.0001, 7), (1.0002, 6), (1.0, 5)], wanted)
    assert not same_rows([(1.0001, 7), (1.0002, 7), (1.0, 5)], wanted)


def test_a_number_goes_with_another_that_is_close_where_the_first_is_needed_elsewhere() -> None:
    assert same_rows([(1.0,), (1.003,)], [(1.003,), (0.996,)])


def test_no_rows_are_the_same_as_no_rows() -> None:
    assert same_rows([], []) and not same_rows([], CITIES)
    assert difference_of_rows(CITIES, []) == "other number of rows"


def shuffled(table: Table, chance: random.Random) -> Table:
    """The rows and the columns in another order."""
    width = len(table[0])
    order = chance.sample(range(width), width)
    return [tuple(row[at] for at in order) for row in chance.sample(table, len(table))]


@settings(max_examples=50, deadline=None)
@given(TABLES, st.randoms(use_true_random=False))
def test_rows_and_columns_in_another_order_are_the_same_also_where_figures_are_rounded(
    table: Table, chance: random.Random
) -> None:
    assert same_rows(shuffled(table, chance), table)
    rounded = [
        tuple(round(cell, 2) if isinstance(cell, float) else cell for cell in row) for row in table
    ]
    assert same_rows(shuffled(rounded, chance), table)


@settings(max_examples=50, deadline=None)
@given(TABLES, EXACT, st.randoms(use_true_random=False))
def test_one_other_whole_number_or_text_makes_other_rows(
    table: Table, cell: int | str, chance: random.Random
) -> None:
    changed = f"{cell}x" if isinstance(cell, str) else cell + 1
    first, *others = table
    at = chance.randrange(len(first))
    wanted = [(*first[:at], cell, *first[at + 1 :]), *others]
    got = [(*first[:at], changed, *first[at + 1 :]), *others]
    assert not same_rows(shuffled(got, chance), wanted)


def test_wide_tables_and_columns_that_are_alike_take_no_time() -> None:
    chance = random.Random(1)
    shares = [tuple(chance.random() for _ in range(60)) for _ in range(100)]
    flags = [tuple(chance.randrange(2) for _ in range(40)) for _ in range(200)]
    near = [tuple(1.0 + at / 2_000 for at in range(30)), (0.0,) * 30]
    began = time.process_time()
    assert same_rows(shuffled(shares, chance), shares)
    assert same_rows(shuffled(flags, chance), flags)
    assert not same_rows(shuffled(flags, chance), [*flags[1:], flags[1]])
    assert not same_rows([(*range(20), "x")], [(*range(20), "y")])
    assert not same_rows([(0,) * 12 + (1,) * 8], [(0,) * 11 + (1,) * 9])
    assert not same_rows([(*near[0][1:], 1.03), near[1]], near)
    assert time.process_time() - began < 5


def test_many_columns_that_are_alike_do_not_take_forever() -> None:
    wanted = [tuple(range(20)), tuple(range(20, 40))]
    assert not same_rows([tuple(range(1, 21)), tuple(range(21, 41))], wanted)
