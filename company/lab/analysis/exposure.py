"""Whether conditions were anything but their baseline: a treatment that never happened is no comparison."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

MEASURED = ("changed_requests", "same_product")


@dataclass(frozen=True)
class Exposure:
    """How much of a condition its runs met with, pair by pair with the baseline's."""

    condition: str
    pairs: int
    """Runs that have ended, as has the baseline's of the same task and repetition."""
    untouched: int
    """Of these, those that asked models for the very same and delivered the very same."""

    @property
    def treated(self) -> int:
        """The pairs in which the condition made itself felt, or may have."""
        return self.pairs - self.untouched

    @property
    def is_baseline(self) -> bool:
        """Whether it was the baseline by another name, in every pair."""
        return self.pairs > 0 and not self.treated


def exposures(
    ended: pl.DataFrame, conditions: Iterable[str], baseline: str
) -> tuple[Exposure, ...]:
    """One for each other condition; none where journals were not read for it, as in older tables."""
    if any(name not in ended or not ended[name].count() for name in MEASURED):
        return ()
    usual = ended.filter(pl.col("condition") == baseline).select("task", "repetition")
    pairs = ended.join(usual, on=["task", "repetition"], how="semi")
    same = (pl.col("changed_requests") == 0) & (pl.col("same_product") == 1)
    return tuple(
        Exposure(name, len(rows), int(rows.select(same.fill_null(value=False).sum()).item()))
        for name in conditions
        if name != baseline
        for rows in [pairs.filter(pl.col("condition") == name)]
    )
