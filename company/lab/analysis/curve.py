"""Learning curves: what share of the runs was completed for at most so much spent on each, and what a completed one cost."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from company.lab.analysis.per_completion import PerCompletion, per_completion


@dataclass(frozen=True)
class Curve:
    """A step curve; after the last amount it stays as it is."""

    condition: str
    spent: str
    """The metric that says what was spent: `tokens` or `cost`."""
    outcome: str
    """The metric that says whether a run was completed."""
    amounts: tuple[float, ...]
    """Amounts at which it rises, ascending; runs that were not completed are at none."""
    shares: tuple[float, ...]
    """The share reached at each amount. Every task weighs the same."""
    runs: int
    most: float
    """The largest amount that any of its runs spent, completed or not."""
    per_completion: PerCompletion

    def amount_for(self, share: float) -> float | None:
        """What was enough for this share of the runs; None where it was never reached."""
        pairs = zip(self.amounts, self.shares, strict=True)
        return next((amount for amount, reached in pairs if reached >= share - 1e-9), None)


def curves(
    ended: pl.DataFrame, conditions: Sequence[str], spent: str, outcome: str
) -> tuple[Curve, ...]:
    """The curves of the conditions that have runs with both an outcome and an amount."""
    known = ended.drop_nulls([spent, outcome])
    of_each = ((name, known.filter(condition=name)) for name in conditions)
    return tuple(_curve(name, rows, spent, outcome) for name, rows in of_each if len(rows))


def _curve(condition: str, rows: pl.DataFrame, spent: str, outcome: str) -> Curve:
    weight = pl.col(outcome) / pl.len().over("task") / rows["task"].n_unique()
    steps = (
        rows.with_columns(weight.alias("weight"))
        .filter(pl.col("weight") > 0)
        .group_by(spent)
        .agg(pl.col("weight").sum())
        .sort(spent)
        .with_columns(pl.col("weight").cum_sum())
    )
    return Curve(
        condition,
        spent,
        outcome,
        tuple(steps[spent].to_list()),
        tuple(steps["weight"].to_list()),
        len(rows),
        float(rows[spent].to_numpy().max()),
        per_completion(rows, spent, outcome),
    )
