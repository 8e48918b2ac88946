"""Two conditions beside each other: by the tasks they share, or as two separate sets of tasks.

The test is one of permutations in both cases. Were there no difference, the sign of a task's
difference (or the set that a task's value is in) would be chance; so all signs are tried, or as many
as are feasible, and p is how often the mean difference comes out as large as the one that was seen.
Of scipy's tests it is the one that asks about the very mean that is shown, and is exact with few
tasks, with ties and with zeros. For yes/no, each task done once, it is McNemar's exact test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

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
from company.lab.analysis.power import detectable_deviations
from company.lab.analysis.reach import PERMUTATIONS, least_p


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


@dataclass(frozen=True)
class Contrast:
    """What can be said of one metric under two conditions.

    `samples` are the differences of the tasks that both share, each the mean over its repetitions; or
    ours and theirs, one value a task: that tasks may be the same is then not used.
    """

    samples: tuple[Array, ...]

    @property
    def is_paired(self) -> bool:
        """Whether it goes by the tasks that both share."""
        return len(self.samples) == 1

    @property
    def tasks(self) -> int:
        """How many tasks it rests on; of two sets, the smaller."""
        return min(map(len, self.samples))

    def difference(self) -> float:
        """The mean under the condition minus that under the baseline."""
        return float(self._statistic(*self.samples, axis=0))

    def interval(self) -> Interval | Unknown:
        """Its bootstrap interval over tasks."""
        if not self.is_paired:
            return interval_of_difference(*self.samples)
        return Unknown("no task differed") if self._is_still() else interval_of_mean(*self.samples)

    def p_value(self) -> float:
        """How often chance alone makes a difference this large, either way."""
        if self.tasks < 2 or self._is_still():
            return 1.0
        test = stats.permutation_test(
            self.samples,
            self._statistic,
            permutation_type="samples" if self.is_paired else "independent",
            vectorized=True,
            n_resamples=PERMUTATIONS,
            batch=1_000,
            rng=np.random.default_rng(SEED),
        )
        return float(test.pvalue)

    def least_p(self) -> float:
        """The smallest p-value so few tasks can give, however large the difference."""
        return least_p(self._sizes)

    def effects(self, *, yes_no: bool) -> tuple[Effect, ...]:
        """Effect sizes; of yes or no, in how many more tasks of a hundred it is true."""
        in_deviations, in_ranks = (
            (cohens_dz, rank_biserial) if self.is_paired else (cohens_d, cliffs_delta)
        )
        risk = Effect("risk difference", self.difference())
        return risk if yes_no else in_deviations(*self.samples), in_ranks(*self.samples)

    def detectable(self, level: float) -> float | Unknown:
        """The difference that would have been found in four of five such studies, by this very test.

        `level` is what p must stay below. The scatter is taken to be the one that was seen, and normal.
        """
        if self.least_p() > level:
            few = "one task is" if self.tasks == 1 else f"{self.tasks} tasks are"
            return Unknown(f"{few} too few to show any difference among so many comparisons")
        if self.is_paired and self._is_still():
            unseen = 1 - (1 - LEVEL) ** (1 / self.tasks)
            return Unknown(f"no task differed; of all such tasks up to {unseen:.0%} still may")
        if all(map(all_equal, self.samples)):
            same = "all tasks differ by the same"
            return Unknown(
                same if self.is_paired else "in each condition all tasks gave the same value"
            )
        error = sqrt(sum(float(np.var(each, ddof=1)) / len(each) for each in self.samples))
        deviation = error / sqrt(sum(1 / size for size in self._sizes))
        return deviation * detectable_deviations(self._sizes, level)

    @property
    def _sizes(self) -> tuple[int, ...]:
        return tuple(map(len, self.samples))

    @property
    def _statistic(self) -> Callable[..., Array]:
        return mean if self.is_paired else difference_of_means

    def _is_still(self) -> bool:
        """Whether chance could make no other difference: all values are the same, or no task differs."""
        values = [value for sample in self.samples for value in sample]
        return all_equal([*values, 0.0] if self.is_paired else values)
