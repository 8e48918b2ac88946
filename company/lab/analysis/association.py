"""How far a measure of a run goes with its program being right: what a proxy is worth, and whether a measure of
collaboration explains anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
import polars as pl

from company.lab.analysis.interval import SEED, Array, Interval, Unknown, widened_level

FEWEST = 20
"""Tasks; with fewer an interval of a correlation holds it too seldom."""
RESAMPLES = 1_999
SAME = 1e-6
"""Sums of squared ranks below it are 0 but for rounding."""


@dataclass(frozen=True)
class Association:
    """Of the runs of one condition those that have more of the metric are completed more often (1), less often (-1)
    or neither (0)."""

    metric: str
    correlation: float
    """Spearman's ρ (1904) within conditions, so that what a condition changes in both is no association."""
    interval: Interval | Unknown
    tasks: int
    runs: int


def associations(
    ended: pl.DataFrame, outcome: str, metrics: Sequence[str]
) -> tuple[Association, ...]:
    """Of the metrics that vary within a condition in which the outcome varies too."""
    varying: list[Association] = []
    for metric in metrics:
        rows = ended.drop_nulls([metric, outcome])
        sums = Sums(rows, metric, outcome)
        correlation = float(sums.correlations(np.ones((1, sums.tasks)))[0])
        if not isnan(correlation):
            interval = _interval(sums)
            varying.append(Association(metric, correlation, interval, sums.tasks, rows.height))
    return tuple(varying)


class Sums:
    """Sums of ranks task by task, from which the correlation of any draw of tasks is made."""

    def __init__(self, rows: pl.DataFrame, metric: str, outcome: str) -> None:
        ranks = rows.select(
            "condition",
            "task",
            pl.col(metric).rank().over("condition").alias("x"),
            pl.col(outcome).rank().over("condition").alias("y"),
        )
        self.tasks: int = rows["task"].n_unique()
        places = {
            task: place for place, task in enumerate(rows["task"].unique(maintain_order=True))
        }
        x, y = pl.col("x"), pl.col("y")
        sums = [pl.len().alias("n"), x.sum(), y.sum(), (x * x).sum().alias("xx"), (y * y).sum().alias("yy"), (x * y).sum().alias("xy")]  # fmt: skip
        self._of: list[Array] = []
        self._unseen: list[tuple[Array, Array]] = []
        for _, of_condition in ranks.group_by("condition", maintain_order=True):
            by_task = of_condition.group_by("task", maintain_order=True).agg(sums)
            table = np.zeros((self.tasks, len(sums)))
            table[[places[task] for task in by_task["task"]]] = by_task.drop("task").to_numpy()
            self._of.append(table)
            self._unseen.append(
                (_run_at(of_condition, for_it=False), _run_at(of_condition, for_it=True))
            )

    def correlations(self, draws: Array, unseen: int | None = None) -> Array:
        """For each row of `draws`, which says how often each task was drawn; NaN where nothing varied. `unseen` adds a
        run that speaks against an association (0) or for it (1)."""
        within = np.zeros((3, len(draws)))
        for table, runs in zip(self._of, self._unseen, strict=True):
            more = 0.0 if unseen is None else runs[unseen]
            n, x, y, xx, yy, xy = (draws @ table + more).T
            n = np.maximum(n, 1)
            scatter = np.array([xx - x * x / n, yy - y * y / n, xy - x * y / n])
            # A condition under which one of the two is always the same tells nothing.
            within += np.where(scatter[:2].min(axis=0) > SAME, scatter, 0)
        return np.asarray(within[2] / np.sqrt(np.where(within[0], within[0] * within[1], np.nan)))


def _run_at(ranks: pl.DataFrame, *, for_it: bool) -> Array:
    """The sums of one run, half of which is at either end of both ranks."""
    (low, high), ends = (ranks["x"].min(), ranks["x"].max()), (ranks["y"].min(), ranks["y"].max())
    pairs = np.array([(low, ends[not for_it]), (high, ends[for_it])], dtype=float)
    x, y = pairs.T
    return np.array([1.0, *(half.sum() / 2 for half in (x, y, x * x, y * y, x * y))])


def _interval(sums: Sums) -> Interval | Unknown:
    """By resampling tasks: the percentiles, widened for few tasks. Where nearly all runs say the same, resamples hardly
    hold the other way, so at either end there is a run that was not seen, as Bonett and Price (2012) have it for shares."""
    if sums.tasks < FEWEST:
        return Unknown(f"{sums.tasks} tasks are too few for an interval ({FEWEST} are needed)")
    chance = np.random.default_rng(SEED)
    draws = chance.multinomial(sums.tasks, np.full(sums.tasks, 1 / sums.tasks), RESAMPLES)
    beyond = (1 - widened_level(sums.tasks)) / 2
    ends: list[float] = []
    for unseen, quantile in ((0, beyond), (1, 1 - beyond)):
        drawn = sums.correlations(draws.astype(float), unseen)
        if np.isnan(drawn).any():
            return Unknown("it hardly varies")
        ends.append(float(np.quantile(drawn, quantile)))
    return Interval(*ends)
