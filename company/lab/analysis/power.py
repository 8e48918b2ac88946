"""How often studies show a difference, by the very test that a report uses.

Studies are simulated and tested, many at once. The test is the one of `contrast`: the mean is held
against those of all other signs of the tasks' differences.
With many tasks the t distribution says the same, and is used.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from company.lab.analysis.interval import SEED, Array, Unknown
from company.lab.analysis.reach import least_p

POWER = 0.8
"""How often a difference of the detectable size is found."""
STUDIES = 1_000
"""So many are simulated; four of five is then known to 2.5 points."""
MANY, MANY_TIED = 30, 100
"""Beyond so many tasks it goes by t: of normal scatter, and where tasks tie or do not differ at all."""
MOST_TASKS = 1_000
"""With more tasks than that nobody plans."""
_TRIED = 2**13
"""So many signs are tried, by chance where there are more of them. All signs of 14 tasks
are twice as many, but turning all of them round changes no size."""
_DRAWS = 10_000
_BATCH = 100
_ROUNDING = 1e-5
_STEPS = 11
"""Halvings of the range in which a detectable difference is looked for."""
_LARGEST = 8.0
"""In standard deviations: with this, any test that can show anything shows it."""


@dataclass(frozen=True)
class Scatter:
    """How the difference between two conditions scatters: standard deviations, in the metric's unit."""

    tasks: float
    """Of the tasks' true differences."""
    repetitions: float
    """Of the repetitions of one task."""
    yes_no: bool = False
    """Whether a run has the metric or has it not, so that a repetition differs by -1, 0 or 1."""
    moving: float = 1.0
    """The share of tasks that differ at all; the others are always right, or always wrong, and carry nothing."""

    def of_means(self, repetitions: int) -> float:
        """The standard deviation of a task's mean difference over its repetitions."""
        return sqrt(self.tasks**2 + self.repetitions**2 / repetitions)

    def of_contrast(self, weights: Iterable[float]) -> "Scatter":
        """How a weighed sum of conditions scatters, where each condition scatters by itself and as much as any."""
        times = sqrt(sum(weight**2 for weight in weights) / 2)
        return Scatter(self.tasks * times, self.repetitions * times, moving=self.moving)

    def drawn(self, difference: float, tasks: int, repetitions: int) -> Array:
        """Simulated studies: a row a study, the mean difference of each of its tasks."""
        chance = np.random.default_rng(SEED)
        moves = chance.random((STUDIES, tasks)) < self.moving
        # What moves has all of the difference and of the variances, so that the whole has what is said.
        mean, within = difference / self.moving, self.repetitions**2 / self.moving
        between = max(0.0, (self.tasks**2 + difference**2) / self.moving - mean**2)
        normal = chance.standard_normal((STUDIES, tasks))
        if not self.yes_no:
            return np.asarray(moves * (mean + sqrt(between + within / repetitions) * normal))
        true = np.clip(mean + sqrt(between) * normal, -1.0, 1.0)
        # The share of repetitions that differ at all, so that they scatter as they should.
        differ = np.clip(within + true**2, np.abs(true), 1.0)
        drawn = chance.random((STUDIES, tasks, repetitions))
        rise, fall = ((differ + sign * true) / 2 for sign in (1, -1))
        rises = (drawn < rise[:, :, None]).mean(axis=2)
        falls = (drawn > 1 - fall[:, :, None]).mean(axis=2)
        return np.asarray(moves * (rises - falls))


def power(scatter: Scatter, difference: float, tasks: int, repetitions: int, level: float) -> float:
    """The share of studies in which such a difference gives a p of at most `level`."""
    if least_p(tasks) > level:
        return 0.0
    deviation = scatter.of_means(repetitions)
    is_tied = scatter.yes_no or scatter.moving < 1
    if _goes_by_t(tasks, level, MANY_TIED if is_tied else MANY):
        return _power_by_t(tasks, difference / deviation if deviation else _LARGEST, level)
    return float(np.mean(p_values(scatter.drawn(difference, tasks, repetitions)) <= level))


def detectable(scatter: Scatter, tasks: int, repetitions: int, level: float) -> float | Unknown:
    """The difference that four of five such studies show."""
    if not scatter.yes_no and not scatter.of_means(repetitions) and scatter.moving == 1:
        return Unknown("nothing scatters, so any difference is shown, however small")
    most = scatter.moving if scatter.yes_no else _LARGEST * scatter.of_means(repetitions)
    found = _smallest(lambda size: power(scatter, size, tasks, repetitions, level), most)
    nothing = Unknown("not even the largest difference is shown in 4 of 5 such studies")
    return nothing if found is None else found


def tasks_needed(scatter: Scatter, difference: float, repetitions: int, level: float) -> int | None:
    """The tasks with which four of five studies show the difference; None beyond MOST_TASKS."""

    def enough(tasks: int) -> bool:
        return power(scatter, difference, tasks, repetitions, level) >= POWER

    below, tasks = 1, 2
    while not enough(tasks):
        if tasks >= MOST_TASKS:
            return None
        below, tasks = tasks, min(2 * tasks, MOST_TASKS)
    while tasks - below > 1:
        middle = (below + tasks) // 2
        below, tasks = (below, middle) if enough(middle) else (middle, tasks)
    return tasks


@lru_cache(maxsize=256)
def detectable_deviations(tasks: int, level: float) -> float:
    """The same in standard deviations of the tasks' differences. Of normal scatter, and of a test that
    can show anything at `level`."""
    if _goes_by_t(tasks, level, MANY):
        return _smallest(lambda size: _power_by_t(tasks, size, level), _LARGEST) or _LARGEST
    values = np.random.default_rng(SEED).standard_normal((STUDIES, tasks))

    def found(size: float) -> float:
        return float(np.mean(_shares(values + size) <= level))

    return _smallest(found, _LARGEST) or _LARGEST


def p_values(differences: Array) -> Array:
    """The p-value of each of many studies: a row a study, the mean difference of each task."""
    scale = np.maximum(np.abs(differences).max(axis=1, keepdims=True), np.finfo(float).tiny)
    return _shares(differences / scale)


def _shares(studies: Array) -> Array:
    """How many signs bring the mean as far from zero as it was seen, study by study."""
    others, shares = _others(studies.shape[1]), []
    for start in range(0, len(studies), _BATCH):
        some = np.ascontiguousarray(studies[start : start + _BATCH].T, dtype=np.float32)
        # Not by matrix multiplication: its threads wait for each other where other processes are busy.
        means = np.abs(np.einsum("ot,ts->os", others, some))
        shares.append(np.count_nonzero(means >= means[0] - _ROUNDING, axis=0) / len(others))
    return np.concatenate(shares)


@lru_cache(maxsize=4)
def _others(tasks: int) -> NDArray[np.float32]:
    """What each task weighs in the mean difference, by every other sign; as it is, first."""
    if 2 ** (tasks - 1) <= _TRIED:
        signs = np.array([(1, *rest) for rest in product((1, -1), repeat=tasks - 1)])
    else:
        signs = np.random.default_rng(SEED).choice((1, -1), (_TRIED, tasks))
        signs[0] = 1
    return signs.astype(np.float32) / np.float32(tasks)


def _smallest(found: Callable[[float], float], most: float) -> float | None:
    """The smallest size that is found often enough; None where not even `most` is."""
    if found(most) < POWER:
        return None
    low, high = 0.0, most
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if found(middle) >= POWER else (middle, high)
    return high


def _goes_by_t(tasks: int, level: float, many: int) -> bool:
    """Whether there are too many tasks to try signs, or a level too low to be reached by those tried."""
    return tasks > many or (2 ** (tasks - 1) > _TRIED and level * _TRIED < 10)


def _power_by_t(tasks: int, deviations: float, level: float) -> float:
    """Of the t test, for many tasks; drawn too, since scipy's noncentral t gives out here and there."""
    freedom = tasks - 1
    chance = np.random.default_rng(SEED)
    normal, squares = chance.standard_normal(_DRAWS), chance.chisquare(freedom, _DRAWS)
    away = deviations * sqrt(tasks)
    seen = np.abs(away + normal) >= stats.t.ppf(1 - level / 2, freedom) * np.sqrt(squares / freedom)
    return float(np.mean(seen))
