"""Bootstrap intervals of a mean over tasks, Wilson's for shares, and what stands where there is none.

What is resampled are tasks, never runs: repetitions of one task resemble each other, and an interval
that took them for independent would be too narrow. With few tasks the plain bootstrap is too narrow
as well, so its level is widened as the t distribution is against the normal one.
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from company.lab.analysis.reach import least_p

LEVEL = 0.95
"""How many of such intervals hold the true mean, roughly."""
FEWEST = 5
"""With fewer tasks even the whole range of the data misses the mean in more than 5 % of cases."""
RESAMPLES = 9_999
_SUREST = 10 / RESAMPLES
"""How often an interval may miss at the least: five resamples on either side tell where it ends."""
SEED = 20_240
"""Each interval begins its own stream of chance, so none depends on which others were asked for."""
_BATCH = 2_000_000
"""Numbers drawn at once, which bounds memory."""
Array = NDArray[np.float64]
Values = Sequence[float] | Array


@dataclass(frozen=True)
class Unknown:
    """Stands where a figure would; `why` is a clause in plain words, without a full stop."""

    why: str


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, both inclusive, in the unit of what it is about."""

    low: float
    high: float


def interval_of_mean(values: Values, level: float = LEVEL) -> Interval | Unknown:
    """The interval of the mean of one value a task."""
    if len(values) < FEWEST:
        return _too_few(len(values))
    if all_equal(values):
        return Unknown(f"all {len(values)} tasks gave the same value")
    if level > LEVEL and (1 - level < least_p(len(values)) or 1 - level < _SUREST):
        return Unknown(f"{len(values)} tasks are too few to be so sure")
    return _bootstrap(np.asarray(values, dtype=float), level)


def interval_of_moves(differences: Values, largest: float, level: float = LEVEL) -> Interval:
    """The interval of a mean difference of yes or no of which few tasks moved, or all of them one way.

    What is resampled then hardly holds the other way. Bonett and Price (2012) add a task that rises and one that
    falls, by the `largest` difference there is; the quantile is that of t, since tasks are few. No mean lies beyond
    that difference, and neither does the interval.
    """
    more = np.array([*differences, largest, -largest])
    t = float(stats.t.ppf((1 + level) / 2, len(differences) - 1))
    half = t * float(np.std(more)) / math.sqrt(len(more))
    middle = float(np.mean(more))
    return Interval(max(-largest, middle - half), min(largest, middle + half))


def wilson_interval(share: float, tasks: int) -> Interval:
    """Wilson's 95 % interval of a share, each task being one trial.

    `share` may be a mean of shares within tasks, which no function of scipy takes; the interval is
    then wider than it need be.
    """
    z = float(stats.norm.ppf((1 + LEVEL) / 2))
    middle = (share + z * z / (2 * tasks)) / (1 + z * z / tasks)
    spread = math.sqrt(share * (1 - share) / tasks + z * z / (4 * tasks * tasks))
    half = spread * z / (1 + z * z / tasks)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def all_equal(values: Values) -> bool:
    """Whether values are the same, but for rounding."""
    return bool(np.allclose(values, values[0], rtol=1e-9, atol=1e-12))


def widened_level(tasks: int, level: float = LEVEL) -> float:
    """The level to ask of a percentile method so that few tasks get what `level` means.

    Hesterberg's expanded percentiles: the quantile of t with n - 1 degrees of freedom, times
    the square root of n / (n - 1), in place of the normal one.
    """
    t = float(stats.t.ppf((1 + level) / 2, tasks - 1))
    return 1 - 2 * float(stats.norm.sf(t * math.sqrt(tasks / (tasks - 1))))


def mean(values: Array, axis: int) -> Array:
    """What is estimated, of many resamples at once."""
    return np.asarray(np.mean(values, axis=axis))


def _bootstrap(values: Array, level: float) -> Interval:
    """BCa, or plain percentiles where its correction is not defined."""
    methods: tuple[Literal["BCa", "percentile"], ...] = ("BCa", "percentile")
    low = high = math.nan
    for method in methods:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", stats.DegenerateDataWarning)
            bounds = stats.bootstrap(
                (values,),
                mean,
                n_resamples=RESAMPLES,
                batch=max(1, _BATCH // len(values)),
                vectorized=True,
                confidence_level=widened_level(len(values), level),
                method=method,
                rng=np.random.default_rng(SEED),
            ).confidence_interval
        low, high = float(bounds.low), float(bounds.high)
        if math.isfinite(low) and math.isfinite(high):
            break
    return Interval(low, high)


def _too_few(tasks: int) -> Unknown:
    few = "one task is" if tasks == 1 else f"{tasks} tasks are"
    return Unknown(f"{few} too few for an interval ({FEWEST} are needed)")
