"""Conditions beside each other, by the tasks they share.

The test is one of permutations. Were there no difference, the sign of a task's difference would be
chance; so all signs are tried, or as many as are feasible, and p is how often the mean difference
comes out as large as the one that was seen.
Of scipy's tests it is the one that asks about the very mean that is shown, and is exact with few
tasks, with ties and with zeros. For yes/no, each task done once, it is McNemar's exact test.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from company.lab.analysis.interval import (
    FEWEST,
    LEVEL,
    SEED,
    Array,
    Interval,
    Unknown,
    all_equal,
    interval_of_mean,
    interval_of_moves,
    mean,
)
from company.lab.analysis.power import detectable_deviations
from company.lab.analysis.reach import PERMUTATIONS, fewest_tasks, least_p

ROUNDING = 1e-12
MOVED = 5
"""So many tasks that rose, and as many that fell, make an interval of shares hold."""


@dataclass(frozen=True)
class Effect:
    """One effect size by the name it has in the literature."""

    name: str
    value: float | Unknown
    moved: int | None = None
    """How many tasks it is of, where it passes over those without a difference."""


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
    moved = differences[np.abs(differences) > ROUNDING]
    if not len(moved):
        return Effect("rank-biserial r", 0.0, 0)
    ranks = stats.rankdata(np.round(np.abs(moved), 12))
    value = float(np.sum(ranks * np.sign(moved)) / np.sum(ranks))
    return Effect("rank-biserial r", value, len(moved))


@dataclass(frozen=True)
class Contrast:
    """What can be said of one metric under two conditions, or by a sum of several."""

    differences: Array
    """Of the tasks that all of them share, each of means over its repetitions."""

    @property
    def tasks(self) -> int:
        """How many tasks it rests on."""
        return len(self.differences)

    def difference(self) -> float:
        """The mean under the condition minus that under the baseline."""
        return float(np.mean(self.differences))

    def interval(self, level: float = LEVEL, *, largest: float | None = None) -> Interval | Unknown:
        """Its interval over tasks. `largest` is how much a task can differ by yes or no, and None of other metrics."""
        if self._is_still():
            return Unknown("no task differed")
        if largest is not None and self.tasks >= FEWEST and min(self._moved) < MOVED:
            return interval_of_moves(self.differences, largest, level)
        return interval_of_mean(self.differences, level)

    def is_within(self, margin: float, level: float, *, largest: float | None) -> bool:
        """Whether it is shown to be nearer to zero than the margin: two one-sided tests (Schuirmann 1987), by
        the interval that leaves out `level` on either side.

        Where hardly any task moved, no interval by resampling holds. What is `largest` bounds each task's
        difference then bounds the mean, by how many tasks may have moved (Clopper and Pearson 1934);
        where nothing bounds it, nothing is said.
        """
        risen, fallen = self._moved
        if largest is not None and min(risen, fallen) < MOVED:
            most = stats.beta.ppf(
                1 - level, max(risen, fallen) + 1, self.tasks - max(risen, fallen)
            )
            return bool(largest * most < margin)
        if largest is None and 2 * (risen + fallen) < self.tasks:
            return False
        interval = self.interval(1 - 2 * level)
        return isinstance(interval, Interval) and -margin < interval.low <= interval.high < margin

    def p_value(self) -> float:
        """How often chance alone makes a difference this large, either way."""
        if self.tasks < 2 or self._is_still():
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
        """The smallest p-value so few tasks can give, however large the difference."""
        return least_p(self.tasks)

    def effects(self, *, yes_no: bool) -> tuple[Effect, ...]:
        """Effect sizes; of yes or no, in how many more tasks of a hundred it is true."""
        risk = Effect("risk difference", self.difference())
        return risk if yes_no else cohens_dz(self.differences), rank_biserial(self.differences)

    def detectable(self, level: float) -> float | Unknown:
        """The difference that would have been found in four of five such studies, by this very test.

        `level` is what p must stay below. The scatter is taken to be the one that was seen, and normal. Tasks that did
        not differ give p nothing, so of too few others nothing is said.
        """
        if self.least_p() > level:
            few = "one task is" if self.tasks == 1 else f"{self.tasks} tasks are"
            return Unknown(f"{few} too few to show any difference: it takes a p of {level:.2g}")
        if self._is_still():
            unseen = 1 - (1 - LEVEL) ** (1 / self.tasks)
            return Unknown(f"no task differed; of all such tasks up to {unseen:.0%} still may")
        if least_p(moved := sum(self._moved)) > level:
            return Unknown(
                f"only {moved} of {self.tasks} tasks differed, and it takes {fewest_tasks(level)} that differ to show"
                f" anything at a p of {level:.2g}"
            )
        if all_equal(self.differences):
            return Unknown("all tasks differ by the same")
        deviation = float(np.std(self.differences, ddof=1))
        return deviation * detectable_deviations(self.tasks, level)

    @property
    def _moved(self) -> tuple[int, int]:
        """How many tasks rose, and how many fell."""
        risen, fallen = (int(np.sum(sign * self.differences > ROUNDING)) for sign in (1, -1))
        return risen, fallen

    def _is_still(self) -> bool:
        """Whether chance could make no other difference: no task differs."""
        return all_equal([*self.differences, 0.0])
