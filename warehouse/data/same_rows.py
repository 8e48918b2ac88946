"""When two answers to a question are the same rows: execution accuracy.

What counts is what a query brings, not how it is written. Spider (`exec_eval.py`) compares rows with how often each
comes, in any order of the columns, and one after the other where the reference query says ORDER BY. BIRD
(`evaluation_ex.py`) compares sets of rows, with the columns as in the reference. Both take values as Python does.

Ours does as Spider does, but for this: whether the order of rows counts is said by the task, since an ORDER BY may be
there for a LIMIT alone; and numbers may be rounded (`same_value.py`), since figures for people are. Names of columns
count nowhere.

Which order of the columns makes the rows the same can be as hard to find as anything. So each of our columns is tried in
the place of one of theirs, the rarest first, and has to hold the same values in the rows that those before it do not
tell apart. Rows that all columns together do not tell apart are close in every number and alike in all else: of those
each column is compared by itself.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from warehouse.data.same_value import Said, is_same, said
from warehouse.events.rows import Cell

MOST_TRIES = 2_000
"""Of one column in the place of another; rows that are not found the same by then count as others."""
Row = Sequence[Cell]
Groups = tuple[Sequence[int], Sequence[int]]
"""The group that each of our rows and of theirs is in: rows of one are not told apart."""


class Pair(NamedTuple):
    """One of our columns in the place of one of theirs."""

    at: int
    """Which of ours."""
    ours: list[Said]
    theirs: list[Said]


def same_rows(
    got: Sequence[Row], wanted: Sequence[Row], *, in_order: bool = False, besides: bool = False
) -> bool:
    """Whether these are the rows that were wanted; with `in_order` also one after the other as wanted, with
    `besides` also where they have further columns."""
    if len(got) != len(wanted):
        return False
    if any(len(row) < len(wanted[0]) or not (besides or len(row) == len(wanted[0])) for row in got):
        return False
    groups = list(range(len(wanted))) if in_order else [0] * len(wanted)
    fitting = _fitting(_columns(got), _columns(wanted))
    return _are_placed(fitting, [], (groups, groups), iter(range(MOST_TRIES)))


def difference_of_rows(got: Sequence[Row], wanted: Sequence[Row], *, in_order: bool = False) -> str:
    """In what rows are not those that were wanted, in two or three words; empty where they are."""
    if same_rows(got, wanted, in_order=in_order):
        return ""
    if not got:
        return "no rows"
    if wanted and len(got[0]) != len(wanted[0]):
        return "other columns"
    if len(got) != len(wanted):
        return "other number of rows"
    return "other order" if same_rows(got, wanted) else "other values"


def _columns(rows: Sequence[Row]) -> list[list[Said]]:
    return [list(map(said, column)) for column in zip(*rows, strict=True)]


def _fitting(ours: list[list[Said]], theirs: list[list[Said]]) -> list[list[Pair]]:
    """For each of their columns those of ours that hold the same values; the rarest column first."""
    ours_sorted = [sorted(column) for column in ours]

    def those_for(column: list[Said]) -> list[Pair]:
        values = sorted(column)
        return [
            Pair(at, ours[at], column)
            for at, each in enumerate(ours_sorted)
            if each == values or all(map(is_same, each, values))
        ]

    return sorted(map(those_for, theirs), key=len)


def _are_placed(
    fitting: list[list[Pair]], placed: list[Pair], groups: Groups, tries: Iterator[int]
) -> bool:
    """Whether the columns that are left can be placed so that all rows are the same."""
    if len(placed) == len(fitting):
        return _agree(placed, groups)
    taken, failed = {pair.at for pair in placed}, list[list[Said]]()
    for pair in fitting[len(placed)]:
        if pair.at in taken or pair.ours in failed:
            continue
        if next(tries, None) is None:
            return False
        finer = _told_apart(pair, groups)
        if finer and _are_placed(fitting, [*placed, pair], finer, tries):
            return True
        failed.append(pair.ours)
    return False


def _told_apart(pair: Pair, groups: Groups) -> Groups | None:
    """The groups that are left when a column tells rows apart; None where its values in one are others."""
    ours, theirs = (
        sorted(zip(group, column, range(len(column)), strict=True))
        for group, column in zip(groups, (pair.ours, pair.theirs), strict=True)
    )
    finer = [0] * len(ours), [0] * len(ours)
    number = 0
    for at, (our, their) in enumerate(zip(ours, theirs, strict=True)):
        if not _may_be_one(our, their):
            return None
        # A gap on both sides: no row before it can be one behind it.
        if at and not (_may_be_one(ours[at - 1], their) or _may_be_one(our, theirs[at - 1])):
            number += 1
        finer[0][our[2]] = finer[1][their[2]] = number
    return finer


def _may_be_one(our: tuple[int, Said, int], their: tuple[int, Said, int]) -> bool:
    """Whether a value of ours, with its row and the group of that, may be this one of theirs."""
    return our[0] == their[0] and is_same(our[1], their[1])


def _agree(placed: list[Pair], groups: Groups) -> bool:
    """Whether each column holds the same values in the groups that all columns together make."""
    found = 0
    while len(set(groups[0])) > found:
        found = len(set(groups[0]))
        for pair in placed:
            finer = _told_apart(pair, groups)
            if finer is None:
                return False
            groups = finer
    return True
