"""What a study could show, in sentences and as data."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from math import exp
from typing import TYPE_CHECKING

from company.lab.analysis.power import MOST_TASKS
from company.lab.metrics.catalogue import title_of
from company.lab.report.amounts import distance
from warehouse.history.format.figures import counted

if TYPE_CHECKING:
    from company.lab.planned import Planned


def as_json(planned: "Planned") -> str:
    """All of it, in one line."""
    return json.dumps({**asdict(planned), "runs": planned.runs})


def lines_of(planned: "Planned") -> Iterator[str]:
    """All that can be said."""
    tasks = counted(planned.tasks, "task")
    yield (
        f"{tasks} × {counted(planned.repetitions, 'repetition')} × {counted(len(planned.conditions), 'condition')}:"
        f" {counted(planned.runs, 'run')}"
    )
    yield (
        f"{counted(planned.comparisons, 'comparison')}: the clearest counts where its p is at most {planned.level:.3g} (Holm);"
        f" {tasks} can give {planned.least_p:.3g}"
    )
    if planned.looks:
        told = ", ".join(map(str, planned.looks))
        yield f"looks after {told} tasks may end it before; what follows is of all tasks"
    yield from (
        f"the look after {look} tasks can show nothing, however large a difference is"
        for look in planned.idle_looks
    )
    if planned.futility:
        yield planned.futility
    if planned.contrasts:
        yield "what follows is of one condition against the baseline: effects over a grid are seen with fewer tasks, interactions with more"
    yield from _scatter(planned)
    if planned.power is not None:
        yield from _named(planned)
    elif planned.difference is not None and not planned.scatter_unknown:
        named = _difference(planned, planned.difference)
        yield f"how often {named} would be shown is not known: it takes a pilot, or --task-sd"
    if planned.has_pilot:
        yield _tokens(planned)


def _scatter(planned: "Planned") -> Iterator[str]:
    metric, scatter = planned.metric, planned.scatter
    shown = "shown in 4 of 5 such studies:"
    if planned.scatter_unknown:
        yield f"{title_of(metric)}: how the difference scatters is not known, since {planned.scatter_unknown}"
    if planned.detectable_deviations is not None:
        yield f"{shown} a difference of {planned.detectable_deviations:.2f} of its standard deviations between tasks"
    if scatter is None:
        return
    between, within = (
        _sized(planned, exp(deviation) if planned.by_ratio else deviation)
        for deviation in (scatter.tasks, scatter.repetitions)
    )
    scatters, moving = "scatters", f"; {100 * scatter.moving:.0f} % of the tasks differ at all"
    if planned.is_given:
        scatters, moving = "is taken to scatter", ", and all tasks to differ"
    yield (
        f"{title_of(metric)}: the difference to {planned.baseline} {scatters} by {between} between tasks, {within} between"
        f" repetitions{moving}"
    )
    if planned.detectable_unknown:
        yield planned.detectable_unknown
    if planned.detectable is not None:
        yield f"{shown} {_difference(planned, planned.detectable)}"


def _named(planned: "Planned") -> Iterator[str]:
    named = _difference(planned, planned.difference or 1.0)
    yield f"{named} would be shown in {100 * (planned.power or 0.0):.0f} of 100 such studies"
    enough = [f"{tasks:,} × {times}" for times, tasks in planned.tasks_needed.items() if tasks]
    yield (
        f"to show it in 4 of 5, tasks × repetitions: {', '.join(enough)}"
        if enough
        else f"not even {MOST_TASKS:,} tasks show it in 4 of 5"
    )


def _difference(planned: "Planned", value: float) -> str:
    sized = _sized(planned, value)
    return sized if planned.by_ratio else f"a difference of {sized}"


def _sized(planned: "Planned", value: float) -> str:
    return distance(value, planned.metric, by_ratio=planned.by_ratio)


def _tokens(planned: "Planned") -> str:
    if planned.tokens is None:
        return "tokens: unknown, since the pilot has none of these conditions"
    new = ", ".join(planned.tokens_guessed)
    unknown = f"; {new} taken for their mean, being in no run of it" if new else ""
    return f"tokens: about {planned.tokens:,.0f} by the pilot{unknown}"
