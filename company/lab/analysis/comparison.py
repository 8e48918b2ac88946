"""What differs from the baseline: every primary metric under every other condition, Holm-corrected."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
import polars as pl

from company.lab.analysis.contrast import Contrast, Effect
from company.lab.analysis.differences import Differences, differences_of
from company.lab.analysis.interval import Interval, Unknown
from company.lab.analysis.looks import AT_THE_END, nominal_level, p_with_looks
from company.lab.analysis.reach import ALPHA, level_of
from company.lab.design.contrasts import Weighed
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
    """One metric under one condition, against the baseline; or by one contrast, against none."""

    metric: str
    condition: str
    baseline: str
    difference: float
    """The condition's mean minus the baseline's, over what is compared."""
    ratio: float | None
    """How many times the baseline's it is, by the geometric mean over tasks, where the metric is compared by ratio;
    then `interval`, `all_at_once`, `detectable` and `margin` are factors too, and else differences."""
    interval: Interval | Unknown
    all_at_once: Interval | Unknown
    """So wide that all intervals of the family hold what they are about in 95 of 100 studies."""
    p: float
    """Of this comparison alone, all looks until now counted."""
    p_holm: float
    """As it counts among all comparisons of its family."""
    among: int
    """How many these are: what was registered counts among its like, and everything else among all."""
    effects: tuple[Effect, ...]
    tasks: int
    runs: int
    """Runs it rests on, of both conditions together."""
    unused: int
    """Runs of both that have ended and are not used: not measured, or without their counterpart."""
    detectable: float | Unknown
    """What four of five such studies would have shown."""
    can_show: bool
    """Whether so many tasks can give a p-value that counts among so many comparisons."""
    margin: float | None
    """By how much it may differ and still be called the same; None where that was not said, or there is no ratio."""
    is_within: bool
    """Whether it is shown to differ by less than the margin."""
    is_confirmatory: bool
    """Whether it was registered before any run, and stayed as it was; else it is exploratory."""

    @property
    def rises(self) -> bool:
        """Whether it is higher than under the baseline."""
        return self.difference > 0 if self.ratio is None else self.ratio > 1

    @property
    def shown(self) -> bool:
        """Whether there is a difference that chance does not explain, all comparisons of the family counted."""
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
    """A comparison that can be made."""

    metric: str
    condition: str
    baseline: str
    differences: Differences
    margin: float | None

    @property
    def by_ratio(self) -> bool:
        return self.differences.logs is not None

    @property
    def contrast(self) -> Contrast:
        """What is tested."""
        return Contrast(
            self.differences.plain if self.differences.logs is None else self.differences.logs
        )

    def told(self, value: float) -> float:
        """A figure of the contrast as it is told: a difference, or a factor."""
        return exp(value) if self.by_ratio else value

    def interval(self, level: float) -> Interval | Unknown:
        """Its interval, as it is told."""
        is_yes_no = described(self.metric).is_yes_no
        largest = self.differences.largest if is_yes_no else None
        interval = self.contrast.interval(level, largest=largest)
        if isinstance(interval, Unknown):
            return interval
        return Interval(self.told(interval.low), self.told(interval.high))

    def is_within(self, level: float) -> bool:
        """Whether it is shown to differ by less than the margin, if there is one that can be applied."""
        if self.margin is None:
            return False
        margin = log(self.margin) if self.by_ratio else self.margin
        return self.contrast.is_within(margin, level, largest=self.differences.largest)


def compare(
    ended: pl.DataFrame,
    *,
    metrics: Sequence[str],
    conditions: Sequence[str],
    baseline: str,
    contrasts: Sequence[Weighed] = (),
    margins: Mapping[str, float] | None = None,
    paired: bool,
    looks: tuple[float, ...] = AT_THE_END,
    is_meant: Callable[[str, str], bool] = lambda _metric, _condition: False,
) -> tuple[tuple[Comparison, ...], tuple[Incomparable, ...]]:
    """Compare each condition with the baseline by each metric, and weigh each contrast; what cannot be
    compared comes second. `looks` are the shares of the tasks that the study had at this look and those before;
    `is_meant` says of a metric and a condition or contrast whether they were registered. What was is corrected among
    its like, so that nothing that was thought of later makes it harder to show; everything else among all.
    """
    answerable: list[_Question] = []
    impossible: list[Incomparable] = []
    pairs = [
        Weighed(name, baseline, {name: 1, baseline: -1}) for name in conditions if name != baseline
    ]
    for metric in metrics:
        for number, each in enumerate([*pairs, *contrasts]):
            found = differences_of(ended, metric, each, by_seed=paired and number < len(pairs))
            if isinstance(found, Unknown):
                impossible.append(Incomparable(metric, each.name, each.against, found.why))
            else:
                # A factor says nothing of a difference.
                is_applied = found.logs is not None or described(metric).compared == "difference"
                margin = (margins or {}).get(metric) if is_applied else None
                answerable.append(_Question(metric, each.name, each.against, found, margin))
    alone = [p_with_looks(each.contrast.p_value(), looks) for each in answerable]
    meant = [
        number for number, each in enumerate(answerable) if is_meant(each.metric, each.condition)
    ]
    counted = dict(zip(meant, holm([alone[number] for number in meant]), strict=True))
    of_all = _levels(answerable, looks)
    of_meant = _levels([answerable[number] for number in meant], looks)
    made = (
        _compared(each, p, counted[number], of_meant, is_confirmatory=True)
        if number in counted
        else _compared(each, p, p_of_all, of_all, is_confirmatory=False)
        for number, (each, p, p_of_all) in enumerate(
            zip(answerable, alone, holm(alone), strict=True)
        )
    )
    return tuple(made), tuple(impossible)


@dataclass(frozen=True)
class _Levels:
    """What p must not exceed in a family of comparisons, as it is before looks are counted."""

    among: int
    """How many comparisons it has."""
    alone: float
    clearest: float
    """Of the clearest of all comparisons."""
    within: float
    """Of the comparisons that have a margin."""


def _levels(family: Sequence[_Question], looks: tuple[float, ...]) -> _Levels:
    with_margin = sum(each.margin is not None for each in family)
    return _Levels(
        among=len(family),
        alone=nominal_level(ALPHA, looks),
        clearest=nominal_level(level_of(len(family)), looks),
        within=nominal_level(level_of(with_margin), looks),
    )


def _compared(
    question: _Question, p: float, p_holm: float, levels: _Levels, *, is_confirmatory: bool
) -> Comparison:
    contrast, yes_no = question.contrast, described(question.metric).is_yes_no
    detectable = contrast.detectable(levels.clearest)
    return Comparison(
        metric=question.metric,
        condition=question.condition,
        baseline=question.baseline,
        difference=float(np.mean(question.differences.plain)),
        ratio=question.told(contrast.difference()) if question.by_ratio else None,
        interval=question.interval(1 - levels.alone),
        all_at_once=question.interval(1 - levels.clearest),
        p=p,
        p_holm=p_holm,
        among=levels.among,
        effects=contrast.effects(yes_no=yes_no),
        tasks=contrast.tasks,
        runs=question.differences.runs,
        unused=question.differences.unused,
        detectable=detectable if isinstance(detectable, Unknown) else question.told(detectable),
        can_show=contrast.least_p() <= levels.clearest,
        margin=question.margin,
        is_within=question.is_within(levels.within),
        is_confirmatory=is_confirmatory,
    )


def pairs_of(ours: pl.DataFrame, theirs: pl.DataFrame, metric: str) -> pl.DataFrame:
    """The `difference` of each task and repetition that was measured under both."""
    joined = ours.join(
        theirs.select("task", "repetition", pl.col(metric).alias("baseline_value")),
        on=["task", "repetition"],
        how="inner",
        maintain_order="left",
    )
    return joined.with_columns((pl.col(metric) - pl.col("baseline_value")).alias("difference"))
