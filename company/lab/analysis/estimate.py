"""What one metric was under one condition: the mean over tasks, and how sure it is."""

from dataclasses import dataclass

import polars as pl

from company.lab.analysis.interval import Interval, Unknown, interval_of_mean, wilson_interval

NEVER = Unknown("it was measured in no run")


@dataclass(frozen=True)
class Estimate:
    """The mean of the tasks' means: every task weighs the same, however often it was repeated."""

    metric: str
    condition: str
    mean: float | Unknown
    interval: Interval | Unknown
    wilson: Interval | None
    """For yes/no metrics, Wilson's interval beside the bootstrap's."""
    tasks: int
    """Tasks with at least one run in which it was measured."""
    runs: int
    """Runs that have ended and in which it was measured."""
    unmeasured: int
    """Runs that have ended and in which it was not."""
    values: tuple[float, ...]
    """What was measured, run by run, in the order of the frame."""


def estimate(ended: pl.DataFrame, metric: str, condition: str, *, yes_no: bool) -> Estimate:
    """Estimate one metric from the runs that have ended."""
    rows = ended.filter(pl.col("condition") == condition)
    measured = rows.drop_nulls(metric)
    values = tuple(measured[metric].to_list())
    means = task_means(measured, metric)
    mean = sum(means) / len(means) if means else NEVER
    wilson = yes_no and isinstance(mean, float) and all(value in (0.0, 1.0) for value in values)
    return Estimate(
        metric=metric,
        condition=condition,
        mean=mean,
        interval=interval_of_mean(means) if means else NEVER,
        wilson=wilson_interval(mean, len(means)) if wilson and isinstance(mean, float) else None,
        tasks=len(means),
        runs=len(values),
        unmeasured=len(rows) - len(values),
        values=values,
    )


def task_means(measured: pl.DataFrame, metric: str) -> list[float]:
    """The mean of each task, in the order of the frame."""
    grouped = measured.group_by("task", maintain_order=True).agg(pl.col(metric).mean())
    means: list[float] = grouped[metric].to_list()
    return means
