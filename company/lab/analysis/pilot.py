"""What a pilot says of a study to come: how differences scatter, and what a run takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
import polars as pl

from company.cards.problems import shown
from company.errors import ConfigurationError
from company.lab.analysis.comparison import pairs_of
from company.lab.analysis.interval import Unknown
from company.lab.analysis.power import Scatter
from company.lab.analysis.study import ended, metric_columns, whole
from company.lab.metrics.catalogue import described

PARQUET = ".parquet"
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Pilot:
    """The runs of a small study made before; its table."""

    runs: pl.DataFrame
    """Those that have ended."""

    @classmethod
    def read(cls, path: Path) -> "Pilot":
        """A `results.csv` or `results.parquet`. Raises ConfigurationError where it is none."""
        try:
            frame = (
                pl.read_parquet(path)
                if path.suffix == PARQUET
                else pl.read_csv(path, infer_schema_length=None)
            )
            return cls(ended(whole(frame)))
        except (OSError, pl.exceptions.PolarsError) as error:
            why = str(error).splitlines()[0]
            raise ConfigurationError(f"{path} is no table of results: {why}") from None

    def scatter(self, metric: str, baseline: str) -> Scatter | Unknown:
        """How the differences to the baseline scatter, pooled over all conditions in which a task differed; of
        logarithms where the metric is compared by ratio."""
        if metric not in metric_columns(self.runs) or not self.runs[metric].count():
            return Unknown(f"{shown(metric)} was not measured in the pilot")
        measured = self.runs.drop_nulls(metric)
        if described(metric).compared == "ratio":
            if bool((measured[metric] <= 0).any()):
                return Unknown("there is no ratio to 0, which some of its runs have")
            measured = measured.with_columns(pl.col(metric).log())
        theirs = measured.filter(pl.col("condition") == baseline)
        if theirs.is_empty():
            has = ", ".join(shown(name) for name in measured["condition"].unique().sort())
            return Unknown(
                f"the pilot has no condition {shown(baseline)}, which is the baseline; it has {has}"
            )
        parts = [
            _parts(pairs_of(ours, theirs, metric))
            for (name,), ours in measured.group_by("condition", maintain_order=True)
            if name != baseline
        ]
        known = [part for part in parts if part and part[2]]
        if not known:
            return Unknown(
                "no task differed in the pilot, or only one was worked on under two conditions"
            )
        tasks, repetitions, moving = map(float, np.mean(known, axis=0))
        return Scatter(sqrt(tasks), sqrt(repetitions), described(metric).is_yes_no, moving)

    def tokens(self, conditions: Sequence[str]) -> Mapping[str, float]:
        """What a run took on average, of the conditions that the pilot has; forks without what they share."""
        spent = next(
            (name for name in ("paid_tokens", "tokens") if name in metric_columns(self.runs)), None
        )
        if spent is None:
            return {}
        means = self.runs.group_by("condition").agg(pl.col(spent).mean()).drop_nulls()
        known = dict(means.iter_rows())
        return {name: known[name] for name in conditions if name in known}


def _parts(pairs: pl.DataFrame) -> tuple[float, float, float] | None:
    """The variance of the differences between tasks, that between repetitions of a task, and the share of
    tasks with a difference; None of one task.

    With one repetition a task the two cannot be told apart, and all of it counts as that between
    tasks: more repetitions are then not taken to help.
    """
    tasks = pairs.group_by("task", maintain_order=True).agg(
        pl.col("difference").mean().alias("mean"),
        pl.col("difference").var().alias("variance"),
        (pl.col("difference").abs() > _ROUNDING).any().alias("moves"),
        pl.len().alias("runs"),
    )
    if len(tasks) < 2:
        return None
    moving = float(tasks["moves"].to_numpy().mean())
    between = float(np.var(tasks["mean"].to_numpy(), ddof=1))
    repeated = tasks.filter(pl.col("runs") > 1)
    if repeated.is_empty():
        return between, 0.0, moving
    freedom = (repeated["runs"] - 1).to_numpy()
    within = float(np.average(repeated["variance"].to_numpy(), weights=freedom))
    of_means = within * float(np.mean(1 / tasks["runs"].to_numpy()))
    return max(0.0, between - of_means), within, moving
