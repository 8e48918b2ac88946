"""What differs from the baseline: every primary metric under every other condition, Holm-corrected."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from company.lab.analysis.contrast import Contrast, Effect
from company.lab.analysis.estimate import task_means
from company.lab.analysis.interval import Interval, Unknown
from company.lab.analysis.reach import ALPHA, level_of
from company.lab.metrics.catalogue import described


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values as they count once all are looked at, in the order given.

    The smallest is multiplied by how many there are, the next by one fewer, and so on; none is
    smaller than one before it, and none exceeds 1. (scipy corrects for the false discovery rate
    only.)
    """
    order = np.argsort(p_values, kind="stable")
    counted = np.asarray(p_values)[order] * np.arange(len(order), 0, -1)
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(np.maximum.accumulate(counted), 1.0)
    corrected: list[float] = adjusted.tolist()
    return corrected


@dataclass(frozen=True)
class Comparison:
    """One metric under one condition, against the baseline."""

    metric: str
    condition: str
    baseline: str
    difference: float
    """The condition's mean minus the baseline's, over what is compared."""
    interval: Interval | Unknown
    p: float
    """Of this comparison alone."""
    p_holm: float
    """As it counts among all comparisons of the report."""
    effects: tuple[Effect, ...]
    tasks: int
    runs: int
    """Runs it rests on, of both conditions together."""
    unused: int
    """Runs of both that have ended and are not used: not measured, or without their counterpart."""
    detectable: float | Unknown
    """The difference that four of five such studies would have shown."""

    can_show: bool
    """Whether so many tasks can give a p-value that counts among so many comparisons."""

    @property
    def shown(self) -> bool:
        """Whether there is a difference that chance does not explain, all comparisons counted."""
        return self.p_holm <= ALPHA

    @property
    def shown_alone(self) -> bool:
        """Whether it would be one, had nothing else been looked at."""
        return self.p <= ALPHA


@dataclass(frozen=True)
class Incomparable:
    """A comparison that was meant and cannot be made."""

    metric: str
    condition: str
    baseline: str
    why: str


@dataclass(frozen=True)
class _Question:
    metric: str
    condition: str
    contrast: Contrast
    runs: int
    unused: int


def compare(
    ended: pl.DataFrame,
    *,
    metrics: Sequence[str],
    conditions: Sequence[str],
    baseline: str,
    paired: bool,
) -> tuple[tuple[Comparison, ...], tuple[Incomparable, ...]]:
    """Compare each condition with the baseline by each metric; what cannot be compared comes second."""
    answerable: list[_Question] = []
    impossible: list[Incomparable] = []
    for metric in metrics:
        for condition in conditions:
            if condition == baseline:
                continue
            question = _ask(ended, metric, condition, baseline, paired)
            if isinstance(question, Unknown):
                impossible.append(Incomparable(metric, condition, baseline, question.why))
            else:
                answerable.append(question)
    alone = [each.contrast.p_value() for each in answerable]
    corrected, level = holm(alone), level_of(len(answerable))
    made = (
        Comparison(
            metric=each.metric,
            condition=each.condition,
            baseline=baseline,
            difference=each.contrast.difference(),
            interval=each.contrast.interval(),
            p=p,
            p_holm=p_holm,
            effects=each.contrast.effects(yes_no=described(each.metric).is_yes_no),
            tasks=each.contrast.tasks,
            runs=each.runs,
            unused=each.unused,
            detectable=each.contrast.detectable(level),
            can_show=each.contrast.least_p() <= level,
        )
        for each, p, p_holm in zip(answerable, alone, corrected, strict=True)
    )
    return tuple(made), tuple(impossible)


def _ask(
    ended: pl.DataFrame, metric: str, condition: str, baseline: str, paired: bool
) -> _Question | Unknown:
    rows = [ended.filter(pl.col("condition") == name) for name in (condition, baseline)]
    ours, theirs = (each.drop_nulls(metric) for each in rows)
    for name, measured in ((condition, ours), (baseline, theirs)):
        if measured.is_empty():
            return Unknown(f"it was measured in no run of {name}")
    runs = sum(map(len, rows))
    if not paired:
        contrast = Contrast(
            (np.array(task_means(ours, metric)), np.array(task_means(theirs, metric)))
        )
        used = len(ours) + len(theirs)
        return _Question(metric, condition, contrast, used, runs - used)
    pairs = pairs_of(ours, theirs, metric)
    if pairs.is_empty():
        return Unknown("no task was measured under both")
    contrast = Contrast((np.array(task_means(pairs, "difference")),))
    return _Question(metric, condition, contrast, 2 * len(pairs), runs - 2 * len(pairs))


def pairs_of(ours: pl.DataFrame, theirs: pl.DataFrame, metric: str) -> pl.DataFrame:
    """The `difference` of each task and repetition that was measured under both."""
    joined = ours.join(
        theirs.select("task", "repetition", pl.col(metric).alias("baseline_value")),
        on=["task", "repetition"],
        how="inner",
        maintain_order="left",
    )
    return joined.with_columns((pl.col(metric) - pl.col("baseline_value")).alias("difference"))
