"""What a batch or an experiment came to: all its runs, ended or not, and what they used."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from company.lab.analysis.ended import by_status


@dataclass(frozen=True)
class Totals:
    """Sums over all runs. What forks share with the run they came from is counted once."""

    runs: int
    tasks: int
    statuses: Mapping[str, int]
    tokens: float | None
    cost: float | None
    """USD of the runs whose price is known; None where none is."""
    unpriced: int
    """Runs whose price is not known."""
    seconds: float | None
    """Of all runs one after another; None where it was not measured."""


def totals_of(frame: pl.DataFrame) -> Totals:
    """Count and add up."""
    cost = _first(frame, "paid_cost", "cost")
    return Totals(
        runs=len(frame),
        tasks=frame["task"].n_unique(),
        statuses=by_status(frame),
        tokens=_sum(frame, _first(frame, "paid_tokens", "tokens")),
        cost=_sum(frame, cost),
        unpriced=frame[cost].null_count() if cost else len(frame),
        seconds=_sum(frame, _first(frame, "seconds")),
    )


def _first(frame: pl.DataFrame, *names: str) -> str | None:
    """The first of these columns in which anything was measured."""
    return next((name for name in names if name in frame and frame[name].count()), None)


def _sum(frame: pl.DataFrame, name: str | None) -> float | None:
    return float(frame[name].sum()) if name else None
