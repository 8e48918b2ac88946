"""When an answer counts as the one that was expected, whatever query brought it."""

import pytest

from warehouse.data.same_rows import same_rows

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
    ],
)
def test_numbers_may_be_rounded_and_texts_are_what_they_are(
    got: object, wanted: object, same: bool
) -> None:
    assert same_rows([(got,)], [(wanted,)]) is same


def test_numbers_are_matched_with_their_own_row_where_several_are_close() -> None:
    wanted = [(1.0000, 5), (1.0001, 6), (1.0002, 7)]
    assert same_rows([(1.0001, 7), (1.0002, 6), (1.0, 5)], wanted)
    assert not same_rows([(1.0001, 7), (1.0002, 7), (1.0, 5)], wanted)


def test_no_rows_are_the_same_as_no_rows() -> None:
    assert same_rows([], []) and not same_rows([], CITIES)


def test_many_columns_that_are_alike_do_not_take_forever() -> None:
    wanted = [tuple(range(20)), tuple(range(20, 40))]
    assert not same_rows([tuple(range(1, 21)), tuple(range(21, 41))], wanted)
