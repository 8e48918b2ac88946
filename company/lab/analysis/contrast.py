"""Two conditions beside each other: by the tasks they share, or as two separate sets of tasks.

The test is one of permutations in both cases. Were there no difference, the sign of a task's
difference (or the set that a task's value is in) would be chance; so all signs are tried, or as many
as are feasible, and p is how often the mean difference comes out as large as the one that was seen.
Of scipy's tests it is the one that asks about the very mean that is shown, and is exact with few
tasks, with ties and with zeros. For yes/no, each task done once, it is McNemar's exact test.
"""

from dataclasses import dataclass
from math import comb, sqrt
from typing import Protocol

import numpy as np
from scipy import stats

from company.lab.analysis.interval import (
    LEVEL,
    SEED,
    Array,
    Interval,
    Unknown,
    all_equal,
    difference_of_means,
    interval_of_difference,
    interval_of_mean,
    mean,
)

PERMUTATIONS = 2**14
"""All are tried where there are no more of them (14 pairs), else as many by chance."""
POWER = 0.8
"""How often a difference of the detectable size would be found."""


@dataclass(frozen=True)
class Effect:
    """One effect size by the name it has in the literature."""

    name: str
    value: float | Unknown


def cohens_dz(differences: Array) -> Effect:
    """The mean of paired differences in standard deviations of these differences."""
    if len(differences) < 2:
        return Effect("Cohen's d_z", Unknown("one task has no scatter"))
    if all_equal(differences):
        return Effect("Cohen's d_z", Unknown("all tasks differ by the same"))
    return Effect("Cohen's d_z", float(np.mean(differences) / np.std(differences, ddof=1)))


def rank_biserial(differences: Array) -> Effect:
    """Matched pairs: the rank sum of rises minus that of falls, as a share of both.

    1 where all tasks rise, -1 where all fall; tasks without a difference have no rank, and where no
    task differs it is 0.
    """
    moved = differences[np.abs(differences) > 1e-12]
    if not len(moved):
        return Effect("rank-biserial r", 0.0)
    ranks = stats.rankdata(np.round(np.abs(moved), 12))
    return Effect("rank-biserial r", float(np.sum(ranks * np.sign(moved)) / np.sum(ranks)))


def cohens_d(ours: Array, theirs: Array) -> Effect:
    """The difference of two means in pooled standard deviations."""
    if min(len(ours), len(theirs)) < 2:
        return Effect("Cohen's d", Unknown("one task has no scatter"))
    if all_equal(ours) and all_equal(theirs):
        return Effect("Cohen's d", Unknown("in each condition all tasks gave the same value"))
    freedom = len(ours) + len(theirs) - 2
    pooled = np.sqrt(
        ((len(ours) - 1) * np.var(ours, ddof=1) + (len(theirs) - 1) * np.var(theirs, ddof=1))
        / freedom
    )
    return Effect("Cohen's d", float((np.mean(ours) - np.mean(theirs)) / pooled))


def cliffs_delta(ours: Array, theirs: Array) -> Effect:
    """How much oftener one of ours exceeds one of theirs than the other way round."""
    above = np.sign(np.round(np.subtract.outer(ours, theirs), 12))
    return Effect("Cliff's delta", float(np.mean(above)))


def risk_difference(difference: float) -> Effect:
    """The difference of two shares: of so many more tasks in a hundred it is true."""
    return Effect("risk difference", difference)


class Contrast(Protocol):
    """What can be said of one metric under two conditions."""

    @property
    def tasks(self) -> int:
        """How many tasks it rests on; of two sets, the smaller."""

    def difference(self) -> float:
        """The mean under the condition minus that under the baseline."""

    def interval(self) -> Interval | Unknown:
        """Its bootstrap interval over tasks."""

    def p_value(self) -> float:
        """How often chance alone makes a difference this large, either way."""

    def least_p(self) -> float:
        """The smallest p-value so few tasks can give, however large the difference."""

    def effects(self, *, yes_no: bool) -> tuple[Effect, ...]:
        """Effect sizes."""

    def detectable(self, level: float) -> float | Unknown:
        """The difference that would have been found in four of five such studies, roughly.

        `level` is what p must stay below. The scatter is the one that was seen, t distributed.
        """


@dataclass(frozen=True)
class Paired:
    """Differences task by task, each the mean over the task's repetitions."""

    differences: Array

    @property
    def tasks(self) -> int:
        return len(self.differences)

    def difference(self) -> float:
        return float(np.mean(self.differences))

    def interval(self) -> Interval | Unknown:
        interval = interval_of_mean(self.differences)
        if isinstance(interval, Unknown) and all_equal([*self.differences, 0.0]):
            return Unknown("no task differed")
        return interval

    def p_value(self) -> float:
        if self.tasks < 2 or all_equal([*self.differences, 0.0]):
            return 1.0
        test = stats.permutation_test(
            (self.differences,),
            mean,
            permutation_type="samples",
            vectorized=True,
            n_resamples=PERMUTATIONS,
            batch=1_000,
            rng=np.random.default_rng(SEED),
        )
        return float(test.pvalue)

    def least_p(self) -> float:
        return min(1.0, max(2.0 ** (1 - self.tasks), 1 / PERMUTATIONS))

    def effects(self, *, yes_no: bool) -> tuple[Effect, ...]:
        ranks = rank_biserial(self.differences)
        if yes_no:
            return (risk_difference(self.difference()), ranks)
        return (cohens_dz(self.differences), ranks)

    def detectable(self, level: float) -> float | Unknown:
        if self.least_p() > level:
            return _too_few(self.tasks)
        if all_equal([*self.differences, 0.0]):
            unseen = 1 - (1 - LEVEL) ** (1 / self.tasks)
            return Unknown(f"no task differed; of all such tasks up to {unseen:.0%} still may")
        if all_equal(self.differences):
            return Unknown("all tasks differ by the same")
        error = float(np.std(self.differences, ddof=1)) / sqrt(self.tasks)
        return _errors_needed(level, self.tasks - 1) * error


@dataclass(frozen=True)
class Unpaired:
    """One value a task, of either condition; that tasks may be the same is not used."""

    ours: Array
    theirs: Array

    @property
    def tasks(self) -> int:
        return min(len(self.ours), len(self.theirs))

    def difference(self) -> float:
        return float(np.mean(self.ours) - np.mean(self.theirs))

    def interval(self) -> Interval | Unknown:
        return interval_of_difference(self.ours, self.theirs)

    def p_value(self) -> float:
        if self.tasks < 2 or all_equal([*self.ours, *self.theirs]):
            return 1.0
        test = stats.permutation_test(
            (self.ours, self.theirs),
            difference_of_means,
            permutation_type="independent",
            vectorized=True,
            n_resamples=PERMUTATIONS,
            batch=1_000,
            rng=np.random.default_rng(SEED),
        )
        return float(test.pvalue)

    def least_p(self) -> float:
        if self.tasks < 2:
            return 1.0
        ways = comb(len(self.ours) + len(self.theirs), len(self.ours))
        return min(1.0, max(2 / ways, 1 / PERMUTATIONS))

    def effects(self, *, yes_no: bool) -> tuple[Effect, ...]:
        ranks = cliffs_delta(self.ours, self.theirs)
        if yes_no:
            return (risk_difference(self.difference()), ranks)
        return (cohens_d(self.ours, self.theirs), ranks)

    def detectable(self, level: float) -> float | Unknown:
        if self.least_p() > level:
            return _too_few(self.tasks)
        if all_equal(self.ours) and all_equal(self.theirs):
            return Unknown("in each condition all tasks gave the same value")
        parts = (float(np.var(each, ddof=1)) / len(each) for each in (self.ours, self.theirs))
        error = sqrt(sum(parts))
        return _errors_needed(level, len(self.ours) + len(self.theirs) - 2) * error


def _errors_needed(level: float, freedom: int) -> float:
    """The detectable difference in standard errors."""
    return float(stats.t.ppf(1 - level / 2, freedom) + stats.t.ppf(POWER, freedom))


def _too_few(tasks: int) -> Unknown:
    few = "one task is" if tasks == 1 else f"{tasks} tasks are"
    return Unknown(f"{few} too few to show any difference among so many comparisons")
