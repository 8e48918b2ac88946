"""What a study could show, in sentences: reckoned before it is run."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from company.cards.problems import nearest, shown
from company.lab.analysis import power
from company.lab.analysis.interval import Unknown
from company.lab.analysis.pilot import Pilot
from company.lab.analysis.power import Scatter
from company.lab.analysis.reach import futility, least_p, level_of
from company.lab.experiment import Experiment
from company.lab.metrics.catalogue import described, is_metric, metric_names, title_of
from company.lab.report.amounts import size
from warehouse.history.format.figures import counted

REPETITIONS = (1, 2, 3, 5)
"""With so many repetitions it is told how many tasks are needed."""


@dataclass(frozen=True)
class Asked:
    """A design, and what is asked of it."""

    experiment: Experiment
    metric: str
    pilot: Pilot | None
    given: Scatter | None
    """The scatter that a person gave; else it is the pilot's."""
    difference: float | None
    """The difference that should be shown, in the metric's unit."""


def asked_of(
    experiment: Experiment,
    *,
    pilot: Path | None,
    difference: float | None,
    metric: str | None,
    task_sd: float | None,
    repetition_sd: float | None,
) -> Asked:
    """What a person asked. Raises UsageError and ConfigurationError."""
    name = metric or experiment.card.metrics[0]
    if not is_metric(name):
        raise click.UsageError(f"unknown metric {shown(name)}{nearest(name, metric_names())}")
    if described(name).is_share and difference is not None and difference > 1:
        raise click.UsageError(
            f"--difference: {name} is a share, so 1 is the largest; 0.2 is 20 points."
        )
    given = None
    if task_sd is not None or repetition_sd is not None:
        given = Scatter(task_sd or 0.0, repetition_sd or 0.0, described(name).is_yes_no)
    return Asked(experiment, name, Pilot.read(pilot) if pilot else None, given, difference)


def lines_of(asked: Asked) -> Iterator[str]:
    """All that can be said."""
    experiment = asked.experiment
    card, conditions = experiment.card, [each.name for each in experiment.conditions]
    tasks, compared = len(experiment.tasks), experiment.comparisons
    runs = tasks * card.repetitions * len(conditions)
    yield f"{counted(tasks, 'task')} × {counted(card.repetitions, 'repetition')} × {counted(len(conditions), 'condition')}: {counted(runs, 'run')}"
    level = level_of(compared)
    least = least_p([tasks] if card.paired else [tasks, tasks])
    yield (
        f"{counted(compared, 'comparison')}: the clearest counts where its p is at most {level:.3g} (Holm);"
        f" {counted(tasks, 'task')} can give {least:.3g}"
    )
    if futile := futility(tasks, compared, paired=card.paired):
        yield futile
    if card.paired:
        yield from _power(asked, tasks, level)
    else:
        yield "Power is reckoned of paired designs only; this one is not (paired: false)."
    if asked.pilot:
        yield _tokens(asked.pilot, conditions, tasks * card.repetitions)


def _power(asked: Asked, tasks: int, level: float) -> Iterator[str]:
    repetitions, metric = asked.experiment.card.repetitions, asked.metric
    can_show = least_p([tasks]) <= level
    scatter = asked.given or (
        asked.pilot and asked.pilot.scatter(metric, asked.experiment.baseline)
    )
    if not scatter:
        if can_show:
            deviations = power.detectable_deviations((tasks,), level)
            yield f"shown in 4 of 5 such studies: a difference of {deviations:.2f} of its standard deviations between tasks"
        return
    if isinstance(scatter, Unknown):
        yield f"{title_of(metric)}: how the difference scatters is not known, since {scatter.why}"
        return
    between, within = size(scatter.tasks, metric), size(scatter.repetitions, metric)
    yield f"{title_of(metric)}: the difference to {asked.experiment.baseline} scatters by {between} between tasks, {within} between repetitions; {100 * scatter.moving:.0f} % of the tasks differ at all"
    if can_show:
        least = power.detectable(scatter, tasks, repetitions, level)
        yield (
            least.why
            if isinstance(least, Unknown)
            else f"shown in 4 of 5 such studies: a difference of {size(least, metric)}"
        )
    if asked.difference is not None:
        yield from _named(scatter, asked.difference, metric, tasks, repetitions, level)


def _named(
    scatter: Scatter, difference: float, metric: str, tasks: int, repetitions: int, level: float
) -> Iterator[str]:
    named = f"a difference of {size(difference, metric)}"
    often = power.power(scatter, difference, tasks, repetitions, level)
    yield f"{named} would be shown in {100 * often:.0f} of 100 such studies"
    needed = {times: power.tasks_needed(scatter, difference, times, level) for times in REPETITIONS}
    enough = [f"{number:,} × {times}" for times, number in needed.items() if number]
    yield (
        f"to show it in 4 of 5, tasks × repetitions: {', '.join(enough)}"
        if enough
        else f"not even {power.MOST_TASKS:,} tasks show it in 4 of 5"
    )


def _tokens(pilot: Pilot, conditions: list[str], runs: int) -> str:
    known = pilot.tokens(conditions)
    if not known:
        return "tokens: unknown, since the pilot has none of these conditions"
    mean = sum(known.values()) / len(known)
    total = runs * sum(known.get(name, mean) for name in conditions)
    new = [name for name in conditions if name not in known]
    unknown = f"; {', '.join(new)} taken for their mean, being in no run of it" if new else ""
    return f"tokens: about {total:,.0f} by the pilot{unknown}"
