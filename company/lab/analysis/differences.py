"""What one metric says of two conditions, or of a sum of several: a figure a task."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from company.lab.analysis.interval import Array, Unknown
from company.lab.design.contrasts import Weighed
from company.lab.metrics.catalogue import described

ROUNDING = 1e-9
"""Of what is summed up."""


@dataclass(frozen=True)
class Differences:
    """Task by task, of the means over its repetitions."""

    plain: Array
    """In the metric's unit."""
    logs: Array | None
    """Of the logarithms, for a metric that is compared by ratio; None where it is not, or a run is not above 0."""
    largest: float | None
    """How much a task can differ at all; None where nothing bounds it."""
    runs: int
    """Runs it rests on, of all conditions together."""
    unused: int
    """Runs of these that have ended and are not used."""


def differences_of(
    ended: pl.DataFrame, metric: str, contrast: Weighed, *, by_seed: bool
) -> Differences | Unknown:
    """Weigh the means of each task under the contrast's conditions.

    `by_seed` takes only repetitions that were measured under all of them. Tasks that lack one are left out.
    """
    of_these = ended.filter(pl.col("condition").is_in(list(contrast.weights)))
    measured = of_these.drop_nulls(metric)
    if missing := contrast.weights.keys() - set(measured["condition"]):
        return Unknown(f"it was measured in no run of {min(missing)}")
    unit = ["task", "repetition"] if by_seed else ["task"]
    whole = pl.col("condition").n_unique().over(unit) == len(contrast.weights)
    complete = measured.filter(whole)
    if complete.is_empty():
        together = "both" if len(contrast.weights) == 2 else "all of its conditions"
        return Unknown(f"no task was measured under {together}")
    by_ratio = described(metric).compared == "ratio" and bool((complete[metric] > 0).all())
    used = len(complete)
    return Differences(
        _summed(complete, pl.col(metric), contrast),
        _summed(complete, pl.col(metric).log(), contrast) if by_ratio else None,
        sum(map(abs, contrast.weights.values())) / 2 if described(metric).is_share else None,
        used,
        len(of_these) - used,
    )


def _summed(runs: pl.DataFrame, value: pl.Expr, contrast: Weighed) -> Array:
    means = runs.group_by("task", "condition", maintain_order=True).agg(value.mean().alias("mean"))
    weights = pl.col("condition").replace_strict(contrast.weights, return_dtype=pl.Float64)
    sums = (
        means.with_columns((pl.col("mean") * weights).alias("part"))
        .group_by("task", maintain_order=True)
        .agg(pl.col("part").sum(), pl.col("part").abs().sum().alias("of"))
    )
    # What is left of figures that cancel out is rounding, and would be taken for a difference of all tasks.
    exact = pl.when(pl.col("part").abs() > ROUNDING * pl.col("of")).then("part").otherwise(0.0)
    return np.array(sums.select(exact).to_series().to_list())
