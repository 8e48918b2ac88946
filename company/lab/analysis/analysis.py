"""The analysis of a study: plain data, for the report and for notebooks."""

from collections.abc import Mapping
from dataclasses import dataclass

from company.lab.analysis.by_task import TaskRow, by_task
from company.lab.analysis.comparison import Comparison, Incomparable, compare
from company.lab.analysis.curve import Curve, curves
from company.lab.analysis.ended import (
    LeftOut,
    conditions_in,
    ended,
    left_out,
    metric_columns,
    whole,
)
from company.lab.analysis.estimate import Estimate, estimate
from company.lab.analysis.kinds import is_yes_no
from company.lab.analysis.study import Study
from company.lab.analysis.totals import Totals, totals_of

OUTCOMES = ("completed", "verified")
"""What says whether a run was completed: the first of these that was measured at all."""


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
    by_task: tuple[TaskRow, ...]
    curves: tuple[Curve, ...]
    """Tokens against completion, and cost against completion where every run has a price."""
    left_out: tuple[LeftOut, ...]
    unmeasured: tuple[str, ...]
    """Metrics that no run has a value of."""


def analyse(study: Study) -> Analysis:
    """Analyse a study. The same study gives the same figures, to the last digit."""
    frame = whole(study.frame)
    counted = ended(frame)
    conditions = conditions_in(frame, study.conditions)
    present = metric_columns(frame)
    names = list(dict.fromkeys([*study.metrics, *present]))
    measured = [name for name in names if name in present and counted[name].count()]
    outcome = next((name for name in OUTCOMES if name in measured), None)
    comparisons: tuple[Comparison, ...] = ()
    incomparable: tuple[Incomparable, ...] = ()
    if study.baseline is not None:
        comparisons, incomparable = compare(
            counted,
            metrics=[name for name in dict.fromkeys(study.metrics) if name in measured],
            conditions=conditions,
            baseline=study.baseline,
            paired=study.paired,
            is_yes_no=is_yes_no,
        )
    spendings = [name for name in ("tokens", "cost") if name in measured and outcome]
    priced = [name for name in spendings if name == "tokens" or not counted[name].null_count()]
    return Analysis(
        conditions=conditions,
        outcome=outcome,
        totals=totals_of(frame),
        estimates={
            name: tuple(
                estimate(counted, name, condition, yes_no=is_yes_no(name))
                for condition in conditions
            )
            for name in measured
        },
        comparisons=comparisons,
        incomparable=incomparable,
        by_task=by_task(counted, conditions, outcome),
        curves=tuple(
            curve for spent in priced for curve in curves(counted, conditions, spent, outcome or "")
        ),
        left_out=left_out(frame),
        unmeasured=tuple(name for name in names if name not in measured),
    )
