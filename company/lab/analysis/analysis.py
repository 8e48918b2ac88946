"""The analysis of a study: plain data, for the report and for notebooks.

Sums over all runs, each metric under each condition, what differs, and the results task by task.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from company.lab.analysis.association import Association, associations
from company.lab.analysis.comparison import Comparison, Incomparable, compare
from company.lab.analysis.curve import Curve, curves
from company.lab.analysis.estimate import Estimate, estimate
from company.lab.analysis.exposure import Exposure, exposures
from company.lab.analysis.looks import AT_THE_END
from company.lab.analysis.replication import Replication, replications
from company.lab.analysis.study import (
    LeftOut,
    Look,
    Study,
    by_status,
    conditions_in,
    ended,
    left_out,
    look_at,
    metric_columns,
    whole,
)
from company.lab.metrics.catalogue import described

OUTCOMES = ("completed", "verified")
"""What says whether a run was completed: the first of these that was measured at all."""


@dataclass(frozen=True)
class Totals:
    """Sums over all runs. What forks share with the run they came from is counted once."""

    runs: int
    tasks: int
    statuses: Mapping[str, int]
    completed: int | None
    """Runs that passed all their acceptance checks; None where none had any."""
    judged: int
    """Runs of which it is known."""
    tokens: float | None
    cost: float | None
    """USD of the runs whose price is known; None where none is of those that called a model themselves."""
    unpriced: int
    """Runs whose price is not known."""
    seconds: float | None
    """Worked on all runs, one after another; None where it was not measured."""


def totals_of(frame: pl.DataFrame) -> Totals:
    """Count and add up."""
    cost = _first(frame, "paid_cost", "cost")
    unpriced = frame[cost].null_count() if cost else len(frame)
    judged = frame["completed"].count() if "completed" in frame else 0
    return Totals(
        runs=len(frame),
        tasks=frame["task"].n_unique(),
        statuses=by_status(frame),
        completed=int(frame["completed"].sum()) if judged else None,
        judged=judged,
        tokens=_sum(frame, _first(frame, "paid_tokens", "tokens")),
        cost=None if unpriced and not _asks_priced(frame, cost) else _sum(frame, cost),
        unpriced=unpriced,
        seconds=_sum(frame, _first(frame, "paid_seconds", "seconds")),
    )


def _asks_priced(frame: pl.DataFrame, cost: str | None) -> bool:
    """Whether a run with a price called a model: one that only shares what others paid costs nothing for certain."""
    calls = _first(frame, "paid_calls", "calls")
    priced = frame.drop_nulls(cost) if cost else frame.clear()
    return not priced.is_empty() and (calls is None or bool((priced[calls] > 0).any()))


def _first(frame: pl.DataFrame, *names: str) -> str | None:
    """The first of these columns in which anything was measured."""
    return next((name for name in names if name in frame and frame[name].count()), None)


def _sum(frame: pl.DataFrame, name: str | None) -> float | None:
    return float(frame[name].sum()) if name else None


@dataclass(frozen=True)
class TaskCell:
    """One task under one condition. What was not measured is None."""

    runs: int
    """Runs that have ended."""
    completed: float | None
    """The share of the runs with an outcome that were completed."""
    tokens: float | None
    """The mean of a run."""


@dataclass(frozen=True)
class TaskRow:
    """One task; `cells` are in the order of the conditions."""

    task: str
    category: str
    cells: tuple[TaskCell, ...]


def by_task(
    ended: pl.DataFrame, conditions: Sequence[str], outcome: str | None
) -> tuple[TaskRow, ...]:
    """All tasks in the order of the frame."""
    nothing = pl.lit(None, pl.Float64)
    grouped = ended.group_by("task", "condition", maintain_order=True).agg(
        pl.col("category").first(),
        pl.len().alias("runs"),
        (pl.col(outcome) if outcome else nothing).mean().alias("completed"),
        (pl.col("tokens") if "tokens" in ended else nothing).mean().alias("tokens"),
    )
    cells: dict[str, dict[str, TaskCell]] = {}
    categories: dict[str, str] = {}
    for task, condition, category, runs, completed, tokens in grouped.iter_rows():
        categories.setdefault(task, category)
        cells.setdefault(task, {})[condition] = TaskCell(runs, completed, tokens)
    nobody = TaskCell(0, None, None)
    return tuple(
        TaskRow(task, categories[task], tuple(row.get(name, nobody) for name in conditions))
        for task, row in cells.items()
    )


@dataclass(frozen=True)
class Analysis:
    """What the runs show. Nothing in it is NaN: a figure that cannot be given says why."""

    conditions: tuple[str, ...]
    outcome: str | None
    """The metric by which tasks count as completed; None where there is none."""
    totals: Totals
    estimates: Mapping[str, tuple[Estimate, ...]]
    """By metric, primary ones first, in the order of the conditions."""
    comparisons: tuple[Comparison, ...]
    incomparable: tuple[Incomparable, ...]
    replications: tuple[Replication, ...]
    """What others published, and what this study says of it."""
    exposures: tuple[Exposure, ...]
    """How much of each other condition its runs met with. One that was its baseline all along is not compared."""
    look: Look | None
    """Where a study has looks, the one that comparisons are about."""
    by_task: tuple[TaskRow, ...]
    associations: tuple[Association, ...]
    """How far proxies go with the outcome; none where that is not `completed`."""
    curves: tuple[Curve, ...]
    """Tokens against completion, and cost against completion where every run has a price."""
    left_out: tuple[LeftOut, ...]
    unmeasured: tuple[str, ...]
    """Metrics that no run has a value of."""
    departure: str
    """In what the study's file is no longer what was registered or run, and this is about; else empty."""


def analyse(study: Study) -> Analysis:
    """Analyse a study. The same study gives the same figures, to the last digit."""
    frame = whole(study.frame)
    counted = ended(frame)
    conditions = conditions_in(frame, study.conditions)
    present = metric_columns(frame)
    names = list(dict.fromkeys([*study.metrics, *present]))
    measured = [name for name in names if name in present and counted[name].count()]
    outcome = next((name for name in OUTCOMES if name in measured), None)
    exposed = (
        exposures(counted, conditions, study.baseline) if study.baseline and study.paired else ()
    )
    look = look_at(study, frame)
    comparisons, incomparable = _compared(study, counted, look, conditions, measured, exposed)
    spendings = [name for name in ("tokens", "cost") if name in measured and outcome]
    priced = [name for name in spendings if name == "tokens" or not counted[name].null_count()]
    return Analysis(
        conditions=conditions,
        outcome=outcome,
        totals=totals_of(frame),
        estimates={
            name: tuple(
                estimate(counted, name, condition, yes_no=described(name).is_yes_no)
                for condition in conditions
            )
            for name in measured
        },
        comparisons=comparisons,
        incomparable=incomparable,
        replications=replications(study.published, comparisons, incomparable),
        exposures=exposed,
        look=look,
        by_task=by_task(counted, conditions, outcome),
        associations=associations(
            counted, outcome, [name for name in measured if described(name).proxy]
        )
        if outcome == OUTCOMES[0]
        else (),
        curves=tuple(
            curve for spent in priced for curve in curves(counted, conditions, spent, outcome or "")
        ),
        left_out=left_out(frame),
        unmeasured=tuple(name for name in names if name not in measured),
        departure=study.departure,
    )


def _compared(
    study: Study,
    counted: pl.DataFrame,
    look: Look | None,
    conditions: Sequence[str],
    measured: Sequence[str],
    exposed: Sequence[Exposure],
) -> tuple[tuple[Comparison, ...], tuple[Incomparable, ...]]:
    """What can be compared now: of a study with looks, what its furthest one is about."""
    if study.baseline is None or (look is not None and not look.tasks):
        return (), ()
    idle = {each.condition for each in exposed if each.is_baseline}
    return compare(
        counted if look is None else counted.filter(pl.col("task").is_in(list(look.tasks))),
        looks=AT_THE_END if look is None else look.fractions,
        metrics=[name for name in dict.fromkeys(study.metrics) if name in measured],
        conditions=[name for name in conditions if name not in idle]
        if study.compares_conditions
        else [],
        baseline=study.baseline,
        contrasts=study.contrasts,
        margins=study.margins,
        paired=study.paired,
        is_meant=study.is_confirmatory,
    )
