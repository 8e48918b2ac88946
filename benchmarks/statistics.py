"""Whether the report's statistics keep what they promise: type I error, power and coverage in simulated studies.

Each study has three conditions, none of which differs from the baseline, or one of which does by what four of five
such studies show by `experiment plan`. It is analysed by the report's own functions. Data are clustered in tasks,
skewed, all or nothing (a task is solved each time or never) or yes/no by chance; designs are tasks × repetitions.
The same `--seed` gives the same figures. Bounds, to three standard errors of the simulation: errors 5 %, coverage
93 % of the intervals that are given, what is planned 5 points from what is shown. An interval of the mean of a
skewed amount is known to be too narrow; it is shown, and has no bound.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from math import exp, inf, log, sqrt

import click
import numpy as np
import polars as pl

from company.lab.analysis import power
from company.lab.analysis.association import associations
from company.lab.analysis.comparison import Comparison, compare
from company.lab.analysis.contrast import Contrast
from company.lab.analysis.estimate import estimate
from company.lab.analysis.interval import Array, Interval, Unknown
from company.lab.analysis.looks import p_with_looks
from company.lab.analysis.per_completion import AtLeast, PerCompletion, per_completion
from company.lab.analysis.pilot import Pilot
from company.lab.analysis.reach import ALPHA, level_of
from company.lab.design.contrasts import Weighed
from company.lab.metrics.catalogue import described

DESIGNS = ((8, 2), (12, 3), (36, 3))
BASELINE, OTHER, THIRD = "baseline", "other", "third"
CONDITIONS = (BASELINE, OTHER, THIRD)
LOOKS = (18, 27)
"""Of a study with more tasks."""
LARGE = 4_000
"""Tasks of the study from which the truth is taken."""
COVERAGE, FAMILY, PLANNED = 0.93, 0.95, 0.05
WEIGHED = Weighed("both", BASELINE, {OTHER: 0.5, THIRD: 0.5, BASELINE: -1.0})


@dataclass(frozen=True)
class Kind:
    """A kind of data."""

    name: str
    metric: str
    draw: Callable[[np.random.Generator, int, int, float], Array]
    """Of so many tasks and repetitions, with an effect on the second condition: a figure for each
    condition, task and repetition."""
    most: float
    """The largest effect that it can have."""
    margin: float
    """The margin that is asked of it, as the study's file would have it."""
    bounds_mean: bool = True

    @property
    def by_ratio(self) -> bool:
        """Whether the report compares it so; effects are then logarithms."""
        return described(self.metric).compared == "ratio"


def clustered(chance: np.random.Generator, tasks: int, repetitions: int, effect: float) -> Array:
    """Amounts about which tasks differ most, conditions task by task, and repetitions a little."""
    of_tasks = chance.normal(1_000, 300, (1, tasks, 1))
    of_both = chance.normal(0, 100, (3, tasks, 1))
    return of_tasks + of_both + chance.normal(0, 200, (3, tasks, repetitions)) + _on_other(effect)


def skewed(chance: np.random.Generator, tasks: int, repetitions: int, effect: float) -> Array:
    """Spending: log-normal, and under the other conditions twice as scattered as under the baseline."""
    of_tasks = chance.normal(8, 1, (1, tasks, 1))
    of_both = chance.normal(0, [[[0.25]], [[0.5]], [[0.5]]], (3, tasks, 1))
    logs = of_tasks + of_both + chance.normal(0, 0.5, (3, tasks, repetitions)) + _on_other(effect)
    return np.asarray(np.exp(logs))


def uneven(chance: np.random.Generator, tasks: int, repetitions: int, effect: float) -> Array:
    """Spending of which the repetitions scatter twice as much under the other conditions, and nothing else does."""
    of_tasks = chance.normal(8, 1, (1, tasks, 1))
    scatter = np.array([0.4, 0.8, 0.8])[:, None, None]
    logs = of_tasks + scatter * chance.standard_normal((3, tasks, repetitions))
    return np.asarray(np.exp(logs + _on_other(effect)))


def all_or_nothing(
    chance: np.random.Generator, tasks: int, repetitions: int, effect: float
) -> Array:
    """Half of the tasks are solved each time, half never; a condition turns a tenth of either round, and its
    effect is that it turns more of what was not solved."""
    usual = chance.random((1, tasks)) < 0.5
    turned = chance.random((3, tasks)) < np.where(usual, 0.1, 0.1 + 2 * _on_other(effect)[:, :, 0])
    turned[0] = False
    return np.repeat((usual ^ turned)[:, :, None], repetitions, axis=2).astype(float)


def by_chance(chance: np.random.Generator, tasks: int, repetitions: int, effect: float) -> Array:
    """Yes or no, with a likelihood that is any of a task, and moves toward yes."""
    likely = chance.random((1, tasks, 1))
    moved = likely + _on_other(effect) * (1 - likely)
    return (chance.random((3, tasks, repetitions)) < moved).astype(float)


def _on_other(effect: float) -> Array:
    return np.array([0.0, effect, 0.0])[:, None, None]


KINDS = (
    Kind("clustered", "code_lines", clustered, 2_000.0, 100.0),
    Kind("skewed", "tokens", skewed, 5.0, 1.5, bounds_mean=False),
    Kind("uneven", "tokens", uneven, 5.0, 1.5, bounds_mean=False),
    Kind("all or nothing", "completed", all_or_nothing, 0.45, 0.2),
    Kind("by chance", "completed", by_chance, 1.0, 0.2),
)


def frame_of(values: Array, metric: str) -> pl.DataFrame:
    """A study's results."""
    conditions, tasks, repetitions = (each.ravel() for each in np.indices(values.shape))
    return pl.DataFrame(
        {
            "condition": np.array(CONDITIONS)[conditions],
            "task": tasks.astype(str),
            "repetition": repetitions,
            metric: values.ravel(),
        }
    )


@dataclass(frozen=True)
class Truth:
    """What is so in all tasks there could be."""

    mean: float
    """Under the baseline."""
    difference: float
    """Of the other condition: a factor where the metric is compared by ratio."""


def truth_of(kind: Kind, effect: float) -> Truth:
    """By a very large study."""
    values = kind.draw(np.random.default_rng(7), LARGE * 25, 1, effect)[:, :, 0]
    mean, other = float(values[0].mean()), float(values[1].mean())
    if kind.by_ratio:
        # The distribution is known, and its mean is moved by a few runs.
        within = 0.4**2 if kind.draw is uneven else 0.25**2 + 0.5**2
        return Truth(exp(8 + (1 + within) / 2), exp(effect))
    return Truth(mean, other - mean)


def planned_effect(kind: Kind, wanted: float) -> float:
    """The effect whose truth is a wanted difference; both rise together."""
    low, high = 0.0, kind.most
    for _ in range(12):
        middle = (low + high) / 2
        truth = truth_of(kind, middle).difference
        low, high = (low, middle) if truth >= wanted else (middle, high)
    return high


def analysed(kind: Kind, values: Array) -> tuple[list[Comparison], pl.DataFrame]:
    """The comparisons of one study, as the report makes them."""
    frame = frame_of(values, kind.metric)
    made, _ = compare(
        frame,
        metrics=[kind.metric],
        conditions=CONDITIONS,
        baseline=BASELINE,
        contrasts=[WEIGHED],
        margins={kind.metric: kind.margin},
        paired=True,
    )
    return list(made), frame


def _by_differences(values: Array) -> float:
    means = values.mean(axis=2)
    return Contrast(means[1] - means[0]).p_value()


def holds(interval: Interval | Unknown, value: float) -> bool:
    """Whether an interval that is given holds a value."""
    return isinstance(interval, Interval) and interval.low <= value <= interval.high


@dataclass(frozen=True)
class Line:
    """A figure, its bound, and whether it is kept."""

    about: str
    share: float
    studies: int
    most: float = 1.0
    least: float = 0.0

    @property
    def is_kept(self) -> bool:
        """Whether it is within its bounds, but for chance."""
        by_chance = [3 * sqrt(b * (1 - b) / max(1, self.studies)) for b in (self.least, self.most)]
        return self.least - by_chance[0] <= self.share <= self.most + by_chance[1]

    def __str__(self) -> str:
        bound = f"≤ {self.most:.3g}" if self.most < 1 else ""
        bound += f"{' ' if bound else ''}≥ {self.least:.3g}" if self.least > 0 else ""
        kept = "" if self.is_kept else "  MISSED"
        return f"  {self.about:<58} {self.share:.3f}  {f'({bound})' if bound else ''}{kept}"


def examined(cell: tuple[Kind, int, int, int, int]) -> list[Line]:
    """All figures of a kind of data in a design."""
    kind, tasks, repetitions, studies, seed = cell
    looked_at = _looked_at(kind, tasks, repetitions, studies, seed) if tasks > max(LOOKS) else []
    return [
        *looked_at,
        *_without_difference(kind, tasks, repetitions, studies, seed),
        *_with_difference(kind, tasks, repetitions, studies, seed),
        *_at_the_margin(kind, tasks, repetitions, studies, seed),
        *_associated(kind, tasks, repetitions, studies, seed),
        *_per_completion(kind, tasks, repetitions, studies, seed),
    ]


def _looked_at(kind: Kind, tasks: int, repetitions: int, studies: int, seed: int) -> Iterator[Line]:
    """Of studies without a difference that are looked at before their end."""
    chance, careless, counted = np.random.default_rng(seed + 3), 0, 0
    for _ in range(studies):
        values, looks = kind.draw(chance, tasks, repetitions, 0.0), (*LOOKS, tasks)
        p = [_p_of_two(kind, values[:2, :look]) for look in looks]
        careless += min(p) <= ALPHA
        shares = [look / tasks for look in looks]
        counted += any(
            p_with_looks(each, shares[: number + 1]) <= ALPHA for number, each in enumerate(p)
        )
    told = ", ".join(map(str, LOOKS))
    yield Line(f"looked at after {told} too: shown by any, looks not counted", careless / studies, studies)  # fmt: skip
    yield Line("  looks counted", counted / studies, studies, ALPHA)


def _p_of_two(kind: Kind, values: Array) -> float:
    made, _ = compare(
        frame_of(values, kind.metric),
        metrics=[kind.metric],
        conditions=CONDITIONS[:2],
        baseline=BASELINE,
        paired=True,
    )
    return made[0].p


def _without_difference(
    kind: Kind, tasks: int, repetitions: int, studies: int, seed: int
) -> Iterator[Line]:
    chance, counts, plain = np.random.default_rng(seed), Counter[str](), 0
    truth = truth_of(kind, 0.0)
    nothing = 1.0 if kind.by_ratio else 0.0
    for _ in range(studies):
        values = kind.draw(chance, tasks, repetitions, 0.0)
        made, frame = analysed(kind, values)
        other, _third, both = made
        mean = estimate(frame, kind.metric, BASELINE, yes_no=kind.metric == "completed")
        counts["alone"] += other.p <= ALPHA
        if other.ratio is not None:
            plain += _by_differences(values) <= ALPHA
        counts["contrast"] += both.p <= ALPHA
        counts["any"] += any(each.shown for each in made)
        counts["given"] += isinstance(other.interval, Interval)
        counts["held"] += holds(other.interval, nothing)
        at_once = [each.all_at_once for each in made]
        if all(isinstance(each, Interval) for each in at_once):
            counts["all given"] += 1
            counts["all held"] += all(holds(each, nothing) for each in at_once)
        counts["mean given"] += isinstance(mean.interval, Interval)
        counts["mean held"] += holds(mean.interval, truth.mean)
        if mean.wilson:
            counts["wilson"] += holds(mean.wilson, truth.mean)
        counts["within"] += other.is_within
    yield Line("type I error: a difference shown alone", counts["alone"] / studies, studies, ALPHA)
    if plain:
        yield Line("  by differences, which the report does not take", plain / studies, studies)
    yield Line("type I error of a contrast", counts["contrast"] / studies, studies, ALPHA)
    yield Line("of a report of three: any shown (Holm)", counts["any"] / studies, studies, ALPHA)
    yield Line("intervals of the difference that are given", counts["given"] / studies, studies)
    yield _coverage("of those, hold it", counts["held"], counts["given"])
    yield _coverage("intervals of all at once, hold all", counts["all held"], counts["all given"], FAMILY)  # fmt: skip
    least = COVERAGE if kind.bounds_mean else 0.0
    yield _coverage(
        "intervals of a mean, hold it", counts["mean held"], counts["mean given"], least
    )
    if kind.metric == "completed":
        yield _coverage("Wilson's, hold it", counts["wilson"], studies)
    yield Line("called the same within the margin", counts["within"] / studies, studies)


def _with_difference(
    kind: Kind, tasks: int, repetitions: int, studies: int, seed: int
) -> Iterator[Line]:
    wanted = _planned(kind, tasks, repetitions)
    if wanted is None:
        yield Line("power: the plan says that nothing can be shown", 0.0, studies)
        return
    effect, planned = wanted
    chance, shown, given, held = np.random.default_rng(seed + 1), 0, 0, 0
    truth = truth_of(kind, effect).difference
    for _ in range(studies):
        made, _frame = analysed(kind, kind.draw(chance, tasks, repetitions, effect))
        other = made[0]
        shown += other.p <= level_of(3)
        given += isinstance(other.interval, Interval)
        held += holds(other.interval, truth)
    yield Line(
        f"power where {planned:.2f} is planned", shown / studies, studies, planned + PLANNED, planned - PLANNED
    )  # fmt: skip
    yield _coverage("intervals of that difference, hold it", held, given)


def _planned(kind: Kind, tasks: int, repetitions: int) -> tuple[float, float] | None:
    """An effect that four of five studies show by the plan, or the largest there is, and what is planned for it."""
    least = _scattered(kind, repetitions, kind.most / 4)
    found = power.detectable(least, tasks, repetitions, level_of(3))
    if isinstance(found, Unknown):
        return None
    wanted = exp(found) if kind.by_ratio else found
    effect = planned_effect(kind, wanted)
    truth = truth_of(kind, effect).difference
    difference = log(truth) if kind.by_ratio else truth
    scatter = _scattered(kind, repetitions, effect)
    return effect, power.power(scatter, difference, tasks, repetitions, level_of(3))


def _scattered(kind: Kind, repetitions: int, effect: float) -> power.Scatter:
    """How differences scatter, by a pilot so large that it knows."""
    values = kind.draw(np.random.default_rng(11), LARGE, repetitions, effect)
    frame = frame_of(values, kind.metric).filter(pl.col("condition") != THIRD)
    found = Pilot(frame).scatter(kind.metric, BASELINE)
    assert isinstance(found, power.Scatter)
    return found


def _at_the_margin(
    kind: Kind, tasks: int, repetitions: int, studies: int, seed: int
) -> Iterator[Line]:
    effect = planned_effect(kind, kind.margin)
    chance, within = np.random.default_rng(seed + 2), 0
    for _ in range(studies):
        made, _frame = analysed(kind, kind.draw(chance, tasks, repetitions, effect))
        within += made[0].is_within
    yield Line("called the same where it differs by the margin", within / studies, studies, ALPHA)


def _associated(
    kind: Kind, tasks: int, repetitions: int, studies: int, seed: int
) -> Iterator[Line]:
    """How far a yes/no sign that says the same as completion in `right` of 100 runs goes with it."""
    if kind.metric != "completed":
        return
    for right in (50, 75, 95):
        chance, given, held = np.random.default_rng(seed + 4), 0, 0
        truth = _association(kind, LARGE, repetitions, right, np.random.default_rng(13))[0]
        for _ in range(studies):
            interval = _association(kind, tasks, repetitions, right, chance)[1]
            given += isinstance(interval, Interval)
            held += holds(interval, truth)
        yield _coverage(f"intervals of ρ = {truth:.2f} with completion, hold it", held, given)


def _association(
    kind: Kind, tasks: int, repetitions: int, right: int, chance: np.random.Generator
) -> tuple[float, Interval | Unknown]:
    values = kind.draw(chance, tasks, repetitions, 0.0)
    sign = np.where(chance.random(values.shape) < right / 100, values, 1 - values)
    frame = frame_of(values, kind.metric).with_columns(verified=pl.Series(sign.ravel()))
    found = associations(frame, kind.metric, ["verified"])
    return (found[0].correlation, found[0].interval) if found else (0.0, Unknown("it never varies"))


def _per_completion(
    kind: Kind, tasks: int, repetitions: int, studies: int, seed: int
) -> Iterator[Line]:
    """What a completed run costs where spending is log-normal and hard tasks cost more."""
    if kind.metric != "completed":
        return
    chance, given, open_ended, held = np.random.default_rng(seed + 5), 0, 0, 0
    truth = _spent_for_each(kind, LARGE * 25, repetitions, np.random.default_rng(17)).amount or 0.0
    for _ in range(studies):
        interval = _spent_for_each(kind, tasks, repetitions, chance).interval
        given += not isinstance(interval, Unknown)
        open_ended += isinstance(interval, AtLeast)
        high = interval.high if isinstance(interval, Interval) else inf
        held += not isinstance(interval, Unknown) and interval.low <= truth <= high
    yield _coverage("intervals of what a completed run costs, hold it", held, given)
    yield Line("of those, without an upper end", open_ended / max(1, given), given)


def _spent_for_each(
    kind: Kind, tasks: int, repetitions: int, chance: np.random.Generator
) -> PerCompletion:
    completed = kind.draw(chance, tasks, repetitions, 0.0)[0]
    logs = chance.normal(8, 0.5, (tasks, 1)) - completed.mean(axis=1, keepdims=True)
    spent = np.exp(logs + chance.normal(0, 0.5, completed.shape))
    rows = pl.DataFrame(
        {
            "task": np.repeat(np.arange(tasks), repetitions),
            "tokens": spent.ravel(),
            "completed": completed.ravel(),
        }
    )
    return per_completion(rows, "tokens", "completed")


def _coverage(about: str, held: int, given: int, least: float = COVERAGE) -> Line:
    return Line(about, held / given if given else 1.0, given, least=least)


@click.command()
@click.option("--studies", default=1_000, show_default=True, help="Simulated studies of each kind.")
@click.option("--seed", default=1, show_default=True)
def main(studies: int, seed: int) -> None:
    """Print every figure with its bound."""
    cells = [
        (kind, tasks, repetitions, studies, seed)
        for (tasks, repetitions), kind in product(DESIGNS, KINDS)
    ]
    missed = 0
    with ProcessPoolExecutor() as pool:
        for (kind, tasks, repetitions, *_), lines in zip(
            cells, pool.map(examined, cells), strict=True
        ):
            print(f"{tasks} × {repetitions}, {kind.name} ({kind.metric})")
            for line in lines:
                print(line, flush=True)
                missed += not line.is_kept
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
