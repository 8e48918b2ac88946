"""Holm's correction: many comparisons, and still one chance in twenty of any false finding."""

from collections.abc import Sequence

ALPHA = 0.05
"""How often a whole report may say "higher" or "lower" where there is no difference at all."""


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values as they count once all are looked at, in the order given.

    The smallest is multiplied by how many there are, the next by one fewer, and so on; none is
    smaller than one before it, and none exceeds 1. (scipy corrects for the false discovery rate
    only.)
    """
    adjusted = [0.0] * len(p_values)
    floor = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        floor = max(floor, min(1.0, p_values[place] * (len(p_values) - rank)))
        adjusted[place] = floor
    return adjusted
