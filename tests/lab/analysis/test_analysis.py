"""The whole analysis: hand-computed figures, never a NaN, the same every time."""

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import polars as pl
import pytest

from company.lab.analysis.analysis import TaskCell, analyse
from company.lab.analysis.interval import Unknown
from company.lab.analysis.study import Study
from tests.support.studies import each_task, results, row, study, usual_results


def numbers(value: object) -> Iterator[float]:
    """Every number in plain data, however deep."""
    if isinstance(value, float):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from numbers(getattr(value, field.name))
    elif isinstance(value, dict):
        for each in value.values():
            yield from numbers(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from numbers(each)


def awkward_studies() -> dict[str, Study]:
    """Studies that would make a NaN of a careless mean."""
    same = [*each_task("a", "completed", [1.0] * 6), *each_task("b", "completed", [1.0] * 6)]
    infinite = [{**each, "tokens": value} for each in same for value in (math.nan, math.inf, 5.0)]
    one = [row("a", "t", completed=1.0), row("b", "t", completed=0.0)]
    return {
        "no run": study(pl.DataFrame({})),
        "no run that ended": study(results({**each, "status": "broken"} for each in same)),
        "no metric": study(results([row("a", "t"), row("b", "t")])),
        "nothing measured": study(
            results([row("a", "t", tokens=None), row("b", "t", tokens=None)])
        ),
        "one task": study(results(one)),
        "one task, apart": study(results(one), paired=False),
        "all the same": study(results(same)),
        "all the same, apart": study(results(same), paired=False),
        "no finite number": study(results(infinite)),
        "a baseline without runs": study(results(one), baseline="c"),
    }


@pytest.mark.parametrize("name", awkward_studies())
def test_no_figure_is_ever_nan_and_nothing_warns(name: str) -> None:
    assert all(map(math.isfinite, numbers(analyse(awkward_studies()[name]))))


def test_the_same_study_gives_the_same_analysis() -> None:
    assert analyse(study()) == analyse(study())


def test_a_mean_is_over_tasks_not_over_runs() -> None:
    rows = [row("a", "easy", n, completed=1.0) for n in range(9)]
    analysis = analyse(study(results([*rows, row("a", "hard", completed=0.0)])))
    (found,) = analysis.estimates["completed"]
    assert (found.mean, found.tasks, found.runs) == (0.5, 2, 10)
    assert found.values == (1.0,) * 9 + (0.0,)


def test_yes_no_has_wilson_s_interval_even_where_every_task_says_the_same() -> None:
    (found,) = analyse(study(results(each_task("a", "completed", [1.0] * 6)))).estimates[
        "completed"
    ]
    assert found.interval == Unknown("all 6 tasks gave the same value")
    assert found.wilson is not None
    assert found.wilson.low == pytest.approx(0.6097, abs=1e-4)


def test_a_curve_rises_where_a_run_was_completed_and_every_task_weighs_the_same() -> None:
    rows = [
        row("a", "one", completed=1.0, tokens=300.0),
        row("a", "two", 1, completed=1.0, tokens=100.0),
        row("a", "two", 2, completed=0.0, tokens=900.0),
    ]
    (curve,) = analyse(study(results(rows))).curves
    assert (curve.amounts, curve.shares) == ((100.0, 300.0), (0.25, 0.75))
    assert (curve.runs, curve.most) == (3, 900.0)
    assert [curve.amount_for(share) for share in (0.25, 0.5, 0.8)] == [100.0, 300.0, None]


def test_cost_has_a_curve_only_where_every_run_has_a_price() -> None:
    frame = usual_results(("solo",))
    assert {each.spent for each in analyse(study(frame)).curves} == {"tokens", "cost"}
    unpriced = frame.with_columns(pl.when(pl.col("seed") == 1).then("cost").alias("cost"))
    assert {each.spent for each in analyse(study(unpriced)).curves} == {"tokens"}


def test_tasks_without_checks_count_as_completed_when_verified() -> None:
    frame = usual_results(("solo",)).with_columns(pl.lit(None, pl.Float64).alias("completed"))
    analysis = analyse(study(frame))
    assert analysis.outcome == "verified"
    assert analysis.unmeasured == ("completed", "consistency")


def test_every_task_has_a_cell_for_every_condition() -> None:
    rows = [
        row("a", "one", 1, completed=1.0, tokens=100),
        row("a", "one", 2, completed=0.0, tokens=300),
        row("b", "two", completed=1.0, tokens=50),
    ]
    one, two = analyse(study(results(rows))).by_task
    assert one.cells == (TaskCell(2, 0.5, 200.0), TaskCell(0, None, None))
    assert two.cells == (TaskCell(0, None, None), TaskCell(1, 1.0, 50.0))


def test_totals_count_every_run_and_what_forks_share_once() -> None:
    rows = [
        row("a", "one", tokens=100, paid_tokens=100, cost=0.5, paid_cost=0.5, seconds=60.0),
        row("b", "one", tokens=150, paid_tokens=50, cost=None, paid_cost=None, seconds=30.0),
        row("b", "two", status="broken", tokens=None),
    ]
    totals = analyse(study(results(rows))).totals
    assert (totals.runs, totals.tasks) == (3, 2)
    assert (totals.tokens, totals.cost, totals.unpriced, totals.seconds) == (150.0, 0.5, 2, 90.0)
    assert totals.statuses == {"verified": 2, "broken": 1}
