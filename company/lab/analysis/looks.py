"""Looking at a study before its end, without more than 5 % of false findings over all looks together.

Who looks again and again, and stops when p is small, finds something where nothing is: every two tasks, in 19 of
100 studies. So each look is given a part of what may go wrong, by the spending function of Lan and DeMets (1983) in the
form of O'Brien and Fleming: next to nothing early, nearly all at the end. A p-value of a look is told as it
counts with all looks until then, and is held against the same 5 % as ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import integrate, optimize, stats

from company.lab.analysis.interval import Array
from company.lab.analysis.reach import least_p, level_of

LEAST, MOST = 1e-8, 0.999
"""Smaller p-values are told as the first of these, larger ones as 1."""
AT_THE_END = (1.0,)
"""Of a study that is looked at once, when all is done."""
_POINTS = 401
_FAR = 8.0
"""So many standard deviations away nothing is left."""


def p_with_looks(p: float, fractions: Sequence[float]) -> float:
    """The p-value of the last of several looks, as it counts with all of them: the smallest level at which it
    would have been found.

    `fractions` are the shares of the tasks that each look had, ascending; all of them at the end. Valid whatever
    made one stop there.
    """
    shares = tuple(fractions)
    if shares == AT_THE_END:
        return p
    if p >= nominal_level(MOST, shares):
        return 1.0
    if p <= nominal_level(LEAST, shares):
        return LEAST

    def beyond(log_level: float) -> float:
        return float(np.log(nominal_level(float(np.exp(log_level)), shares)) - np.log(p))

    return float(np.exp(optimize.brentq(beyond, np.log(LEAST), np.log(MOST), xtol=1e-4)))


@lru_cache(maxsize=512)
def nominal_level(level: float, fractions: tuple[float, ...]) -> float:
    """What the p of the last of these looks must not exceed, for `level` over all of them and those to come."""
    if fractions == AT_THE_END:
        return level
    spent = [spending(level, fraction) for fraction in fractions]
    return float(2 * stats.norm.sf(_bounds(tuple(spent), fractions)[-1]))


def idle_looks(looks: Sequence[int], tasks: int, comparisons: int) -> list[int]:
    """Those, by their tasks, that can show nothing among so many comparisons, however large a difference is."""
    every = (*looks, tasks)
    shares = [look / tasks for look in every]
    return [
        look
        for number, look in enumerate(every, 1)
        if least_p(look) > nominal_level(level_of(comparisons), tuple(shares[:number]))
    ]


def spending(level: float, fraction: float) -> float:
    """How much of `level` may have gone wrong by then, either way (Lan and DeMets 1983)."""
    return float(4 * stats.norm.sf(stats.norm.isf(level / 4) / np.sqrt(fraction)))


def _bounds(spent: Sequence[float], fractions: Sequence[float]) -> list[float]:
    """How far from zero each look's standardised mean must be, look by look (Armitage, McPherson and Rowe 1969).

    Kept is how the sum is distributed where no look before has found anything.
    """
    bounds: list[float] = []
    past = _Past(np.zeros(1), np.ones(1))
    parts = zip(
        fractions, np.diff(fractions, prepend=0.0), np.diff(spent, prepend=0.0), strict=True
    )
    for fraction, more, left in parts:
        deviation, step = float(np.sqrt(fraction)), float(np.sqrt(more))
        bound = _bound(past, deviation, step, float(left))
        bounds.append(bound)
        past = past.after(np.linspace(-bound * deviation, bound * deviation, _POINTS), step)
    return bounds


@dataclass(frozen=True)
class _Past:
    """How likely each sum is before a look, none having been found far enough."""

    sums: Array
    density: Array

    def integral(self, values: Array) -> Array:
        """Of values by the density; one sum alone is certain."""
        if len(self.sums) == 1:
            return np.asarray(values[..., 0])
        return np.asarray(integrate.simpson(values * self.density, x=self.sums))

    def beyond(self, edge: float, step: float) -> float:
        """How likely it is that the next sum lies beyond, either way."""
        out = stats.norm.sf((edge - self.sums) / step) + stats.norm.cdf((-edge - self.sums) / step)
        return float(self.integral(out))

    def after(self, sums: Array, step: float) -> "_Past":
        """The same a look later, for sums that lie within its bounds."""
        moved = stats.norm.pdf((sums[:, None] - self.sums[None, :]) / step) / step
        return _Past(sums, self.integral(moved))


def _bound(past: _Past, deviation: float, step: float, left: float) -> float:
    """Where exactly so much is left to go wrong."""

    def over(bound: float) -> float:
        return past.beyond(bound * deviation, step) - left

    if over(_FAR) > 0:
        return _FAR
    return 0.0 if over(0.0) <= 0 else float(optimize.brentq(over, 0.0, _FAR, xtol=1e-8))
