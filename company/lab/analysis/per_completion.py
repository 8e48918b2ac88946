"""What a completed run costs: what all runs spent, those in vain too, for each that was completed."""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import stats

from company.lab.analysis.interval import FEWEST, LEVEL, Array, Interval, Unknown, all_equal


@dataclass(frozen=True)
class AtLeast:
    """An interval without an upper end: so few were completed that each may have cost anything."""

    low: float


@dataclass(frozen=True)
class PerCompletion:
    """Mean spending by the mean share that was completed, over tasks."""

    amount: float | None
    """In the unit of what was spent; None where nothing was completed."""
    interval: Interval | AtLeast | Unknown


def per_completion(rows: pl.DataFrame, spent: str, outcome: str) -> PerCompletion:
    """Of the runs of one condition, all of which have both."""
    by_task = rows.group_by("task", maintain_order=True).agg(pl.col(spent, outcome).mean())
    spendings, shares = (by_task[name].to_numpy().astype(float) for name in (spent, outcome))
    if not shares.any():
        return PerCompletion(None, Unknown("none was completed"))
    amount = float(spendings.mean() / shares.mean())
    return PerCompletion(amount, _interval(spendings, shares))


def _interval(spendings: Array, shares: Array) -> Interval | AtLeast | Unknown:
    """Fieller's (1954) of a ratio of means, tasks being drawn: the ratios r for which the mean of spending − r · share may be 0."""
    tasks = len(shares)
    if tasks < FEWEST:
        return Unknown(f"{tasks} of at least {FEWEST} tasks")
    if all_equal(shares):
        return Unknown(f"all {tasks} tasks gave the same share")
    spread = float(stats.t.ppf((1 + LEVEL) / 2, tasks - 1)) ** 2 / tasks * np.cov(spendings, shares)
    mean, share = float(spendings.mean()), float(shares.mean())
    # The ends are the roots of a·r² − 2b·r + c, and between them it is not above 0 where a is positive.
    a, b, c = share**2 - spread[1, 1], mean * share - spread[0, 1], mean**2 - spread[0, 0]
    if c <= 0:
        return Unknown("what was spent scatters too much")
    root = math.sqrt(max(0.0, b * b - a * c))
    # c / (b + root) is (b - root) / a, also where a is next to 0.
    low = float(c / (b + root))
    return Interval(low, float((b + root) / a)) if a > 0 else AtLeast(low)
