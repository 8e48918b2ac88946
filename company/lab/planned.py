"""What a study could show and what it takes, reckoned before it is run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log
from pathlib import Path
from typing import TYPE_CHECKING, Any

from company.errors import ConfigurationError
from company.lab.analysis import power
from company.lab.analysis.interval import Unknown
from company.lab.analysis.looks import idle_looks, nominal_level
from company.lab.analysis.pilot import Pilot
from company.lab.analysis.power import Scatter
from company.lab.analysis.reach import futility, least_p, level_of
from company.lab.metrics.catalogue import described, is_metric
from company.lab.metrics.own import unknown

if TYPE_CHECKING:
    from company.lab.experiment import Experiment

REPETITIONS = (1, 2, 3, 5)
"""With so many repetitions it is told how many tasks are needed."""


MOST_LOGS = 5.0
"""Nothing scatters more than by a factor of 150."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A design, and what it could show by one metric. Figures are in the metric's unit; what cannot be told is None."""

    metric: str
    by_ratio: bool
    """Whether it is compared by ratio: differences are factors then, and scatter that of natural logarithms."""
    baseline: str
    conditions: Sequence[str]
    tasks: int
    repetitions: int
    comparisons: int
    level: float
    """What the p of the clearest comparison must not exceed, when all is done."""
    looks: Sequence[int]
    """After so many tasks it may end before; what is told is of all tasks."""
    idle_looks: Sequence[int]
    """Those that can show nothing."""
    least_p: float
    """The smallest p that so many tasks can give."""
    contrasts: int
    """Of the comparisons, those that are no condition against the baseline; the figures below are of such."""
    futility: str
    """Why no difference could be shown, in a sentence; else empty."""
    scatter: Scatter | None = None
    is_given: bool = False
    """Whether the scatter is what the person takes it to be, and no pilot's."""
    scatter_unknown: str = ""
    """Why it is not known how differences scatter, where it was asked."""
    detectable_deviations: float | None = None
    """What four of five such studies show, in standard deviations between tasks; where no scatter is known."""
    detectable: float | None = None
    """What four of five such studies show."""
    detectable_unknown: str = ""
    difference: float | None = None
    """What should be shown."""
    power: float | None = None
    """The share of such studies that show it."""
    tasks_needed: Mapping[int, int | None] = field(default_factory=dict)
    """With so many repetitions, the tasks with which four of five studies show it; None beyond MOST_TASKS."""
    has_pilot: bool = False
    """Whether it was reckoned from a pilot."""
    tokens: float | None = None
    """Of all runs together, by the pilot."""
    tokens_guessed: Sequence[str] = ()
    """The conditions that the pilot has not, taken for the mean of the others."""

    @property
    def runs(self) -> int:
        """All runs of the study."""
        return self.tasks * self.repetitions * len(self.conditions)

    def __str__(self) -> str:
        from company.lab.report.planned import lines_of

        return "\n".join(lines_of(self))


def planned(
    experiment: "Experiment",
    metric: str,
    pilot: str | Path | None,
    difference: float | None,
    *,
    task_sd: float | None,
    repetition_sd: float | None,
) -> Planned:
    """Reckon what an experiment could show by a metric.

    How differences scatter is taken from a `pilot`, the results of a smaller study, where no standard deviation is
    given. Raises ConfigurationError.
    """
    if not is_metric(metric):
        raise ConfigurationError(unknown(metric))
    if difference is not None and not difference > 0:
        raise ConfigurationError("difference: above 0, since it is looked for either way.")
    if not min(task_sd or 0.0, repetition_sd or 0.0) >= 0:
        raise ConfigurationError("scatter: a standard deviation, which is not below 0.")
    if described(metric).is_share and difference is not None and difference > 1:
        raise ConfigurationError(
            f"difference: {metric} is a share, so 1 is the largest; 0.2 is 20 points."
        )
    by_ratio = described(metric).compared == "ratio"
    if by_ratio and difference is not None and difference <= 1:
        raise ConfigurationError(
            f"difference: {metric} is compared by ratio, so it is a factor above 1; 1.5 is half as much again."
        )
    if by_ratio and max(task_sd or 0.0, repetition_sd or 0.0) > MOST_LOGS:
        raise ConfigurationError(
            f"scatter: {metric} is compared by ratio, so it is that of natural logarithms: 0.4 is a factor of 1.5."
        )
    if described(metric).is_share and max(task_sd or 0.0, repetition_sd or 0.0) > 1:
        raise ConfigurationError(
            f"scatter: {metric} is a share, so 1 is the most; 0.2 is 20 points."
        )
    tasks, repetitions = len(experiment.tasks), experiment.card.repetitions
    conditions = [each.name for each in experiment.conditions]
    shares = (*(look / tasks for look in experiment.looks), 1.0)
    level = nominal_level(level_of(experiment.comparisons), shares)
    known = Pilot.read(Path(pilot)) if pilot else None
    given: Scatter | Unknown | None = known.scatter(metric, experiment.baseline) if known else None
    if is_given := task_sd is not None or repetition_sd is not None:
        given = Scatter(task_sd or 0.0, repetition_sd or 0.0, described(metric).is_yes_no)
    wanted = log(difference) if by_ratio and difference is not None else difference
    figures = {
        **_shown_by(given, tasks, repetitions, level),
        **_of_difference(given, wanted, tasks, repetitions, level),
    }
    if by_ratio:
        factors = {key: figures.get(key) for key in ("detectable", "difference")}
        figures |= {key: exp(value) for key, value in factors.items() if value is not None}
    return Planned(
        metric=metric,
        by_ratio=by_ratio,
        baseline=experiment.baseline,
        conditions=conditions,
        tasks=tasks,
        repetitions=repetitions,
        comparisons=experiment.comparisons,
        level=level,
        looks=experiment.looks,
        idle_looks=idle_looks(experiment.looks, tasks, experiment.comparisons)
        if experiment.looks
        else (),
        least_p=least_p(tasks),
        contrasts=len(experiment.contrasts),
        futility=futility(tasks, experiment.comparisons),
        is_given=is_given,
        has_pilot=known is not None,
        **figures,
        **(_tokens(known, conditions, tasks * repetitions) if known else {}),
    )


def _shown_by(
    scatter: Scatter | Unknown | None, tasks: int, repetitions: int, level: float
) -> dict[str, Any]:
    if isinstance(scatter, Unknown):
        return {"scatter_unknown": scatter.why}
    can_show = least_p(tasks) <= level
    if scatter is None:
        deviations = power.detectable_deviations(tasks, level) if can_show else None
        return {"detectable_deviations": deviations}
    if not can_show:
        return {"scatter": scatter}
    least = power.detectable(scatter, tasks, repetitions, level)
    if isinstance(least, Unknown):
        return {"scatter": scatter, "detectable_unknown": least.why}
    return {"scatter": scatter, "detectable": least}


def _of_difference(
    scatter: Scatter | Unknown | None,
    difference: float | None,
    tasks: int,
    repetitions: int,
    level: float,
) -> dict[str, Any]:
    if difference is None or not isinstance(scatter, Scatter):
        return {"difference": difference}
    needed = {times: power.tasks_needed(scatter, difference, times, level) for times in REPETITIONS}
    often = power.power(scatter, difference, tasks, repetitions, level)
    return {"difference": difference, "power": often, "tasks_needed": needed}


def _tokens(pilot: Pilot, conditions: Sequence[str], runs: int) -> dict[str, Any]:
    known = pilot.tokens(conditions)
    if not known:
        return {}
    mean = sum(known.values()) / len(known)
    total = runs * sum(known.get(name, mean) for name in conditions)
    return {"tokens": total, "tokens_guessed": [name for name in conditions if name not in known]}
