"""When two answers to a question are the same rows: execution accuracy, as Spider and BIRD mean it.

What counts is what a query brings, not how it is written. How columns are called and in which order they stand
does not count; how many there are, and how often a row comes, does.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from warehouse.events.rows import Cell

TOLERANCE = 1e-4
"""By which share two numbers may differ that are not both whole: figures are often rounded."""
CENT = 0.005
"""By how much they may differ in any case: half of the last of two digits."""
MOST_ORDERS = 720
"""Orders of the columns that are tried."""
NUMBER = "number"
Row = Sequence[Cell]
Key = tuple[str | None, ...]


def same_rows(got: Sequence[Row], wanted: Sequence[Row], *, in_order: bool = False) -> bool:
    """Whether these are the rows that were wanted; with `in_order` also one after the other as wanted."""
    if len(got) != len(wanted):
        return False
    if not wanted:
        return True
    if any(len(row) != len(wanted[0]) for row in got):
        return False
    match = _match_in_order if in_order else _match_in_any_order
    orders = islice(_orders(got, wanted), MOST_ORDERS)
    return any(match([[row[at] for at in order] for row in got], wanted) for order in orders)


def difference_of_rows(got: Sequence[Row], wanted: Sequence[Row], *, in_order: bool = False) -> str:
    """In what rows are not those that were wanted, in two or three words; empty where they are."""
    if same_rows(got, wanted, in_order=in_order):
        return ""
    if not got:
        return "no rows"
    if len(got[0]) != len(wanted[0]):
        return "other columns"
    if len(got) != len(wanted):
        return "other number of rows"
    return "other order" if same_rows(got, wanted) else "other values"


def _orders(got: Sequence[Row], wanted: Sequence[Row]) -> Iterator[list[int]]:
    """The orders of the columns of `got` by which each holds about what the wanted one does."""
    ours = [_column(got, at) for at in range(len(got[0]))]
    theirs = [_column(wanted, at) for at in range(len(wanted[0]))]
    fitting = [[at for at, each in enumerate(ours) if each == column] for column in theirs]

    def completed(order: list[int]) -> Iterator[list[int]]:
        if len(order) == len(fitting):
            yield order
            return
        for at in fitting[len(order)]:
            if at not in order:
                yield from completed([*order, at])

    return completed([])


def _column(rows: Sequence[Row], at: int) -> Counter[str | None]:
    """The texts of a column; numbers are told from them alone, since they may differ by a little."""
    return Counter(_text(row[at]) for row in rows)


def _match_in_order(got: Sequence[Row], wanted: Sequence[Row]) -> bool:
    return all(_same_row(a, b) for a, b in zip(got, wanted, strict=True))


def _match_in_any_order(got: Sequence[Row], wanted: Sequence[Row]) -> bool:
    """Each wanted row is taken once from those with the same texts."""
    left: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in got:
        left[_key(row)].append(row)
    for row in wanted:
        among = left[_key(row)]
        at = next((at for at, each in enumerate(among) if _same_row(each, row)), None)
        if at is None:
            return False
        del among[at]
    return True


def _key(row: Row) -> Key:
    return tuple(map(_text, row))


def _same_row(a: Row, b: Row) -> bool:
    return all(_same_cell(*cells) for cells in zip(a, b, strict=True))


def _same_cell(a: Cell, b: Cell) -> bool:
    if isinstance(a, int) and isinstance(b, int):
        return a == b
    ours, theirs = _number(a), _number(b)
    if ours is None or theirs is None:
        return _text(a) == _text(b)
    return math.isclose(ours, theirs, rel_tol=TOLERANCE, abs_tol=CENT)


def _text(cell: Cell) -> str | None:
    """What a cell says, the same for every number."""
    if cell is None:
        return None
    return NUMBER if _number(cell) is not None else f"text {str(cell).strip()}"


def _number(cell: Cell) -> float | None:
    """A number, also one that was kept as text since it is a decimal; true is 1."""
    if cell is None:
        return None
    try:
        number = float(cell)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
