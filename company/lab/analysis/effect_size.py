"""Effect sizes: how large a difference is beside the scatter between tasks, without a unit."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from company.lab.analysis.interval import Array, Unknown, all_equal


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
