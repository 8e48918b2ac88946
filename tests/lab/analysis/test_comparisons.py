"""Comparisons with the baseline: what is paired with what, what is left unused, and what is not said."""

import pytest

from company.lab.analysis.analysis import Analysis, analyse
from company.lab.analysis.comparison import Comparison, Incomparable, holm
from company.lab.analysis.interval import Interval
from tests.support.studies import each_task, results, row, study, usual_results

SOLO = each_task("solo", "tokens", [10.0, 20.0, 30.0, 40.0, 50.0, 60.0])
PAIR = each_task("pair", "tokens", [13.0, 22.0, 35.0, 41.0, 57.0, 66.0])


def compared(analysis: Analysis, metric: str, condition: str) -> Comparison:
    """The one comparison of a metric and a condition."""
    (found,) = (
        each
        for each in analysis.comparisons
        if (each.metric, each.condition) == (metric, condition)
    )
    return found


def test_a_difference_is_the_mean_of_the_tasks_differences() -> None:
    found = compared(analyse(study(results([*SOLO, *PAIR]))), "tokens", "pair")
    assert found.difference == pytest.approx((3 + 2 + 5 + 1 + 7 + 6) / 6)
    assert (found.tasks, found.runs, found.unused) == (6, 12, 0)
    assert found.p == found.p_holm == 2 / 64
    assert found.shown


def test_repetitions_are_averaged_within_their_task_before_tasks_are_compared() -> None:
    often = [row("pair", "t0", n, tokens=value) for n, value in ((2, 1000.0), (3, 1000.0))]
    usual = [row("solo", "t0", n, tokens=1000.0) for n in (2, 3)]
    found = compared(analyse(study(results([*SOLO, *PAIR, *often, *usual]))), "tokens", "pair")
    assert found.difference == pytest.approx((3 / 3 + 2 + 5 + 1 + 7 + 6) / 6)
    assert (found.tasks, found.runs) == (6, 16)


def test_a_value_that_is_missing_takes_its_counterpart_with_it_and_both_are_counted() -> None:
    gap = [*PAIR[:-1], {**PAIR[-1], "tokens": None}]
    alone = row("pair", "only here", tokens=9_000.0)
    found = compared(analyse(study(results([*SOLO, *gap, alone]))), "tokens", "pair")
    assert found.difference == pytest.approx((3 + 2 + 5 + 1 + 7) / 5)
    assert (found.tasks, found.runs, found.unused) == (5, 10, 3)


def test_a_run_that_has_not_ended_is_no_counterpart() -> None:
    stopped = [*PAIR[:-1], {**PAIR[-1], "status": "stopped", "tokens": 1.0}]
    analysis = analyse(study(results([*SOLO, *stopped])))
    assert compared(analysis, "tokens", "pair").tasks == 5
    assert [(each.run, each.status) for each in analysis.left_out] == [("pair--t5--1", "stopped")]


def test_a_run_that_came_to_its_own_limit_counts_as_it_was_delivered() -> None:
    limited = [*PAIR[:-1], {**PAIR[-1], "status": "limited"}]
    assert compared(analyse(study(results([*SOLO, *limited]))), "tokens", "pair").tasks == 6


def test_what_cannot_be_compared_is_said_and_is_no_part_of_the_correction() -> None:
    elsewhere = [row("other", f"u{n}", tokens=1.0) for n in range(6)]
    silent = each_task("silent", "tokens", [None] * 6)
    analysis = analyse(study(results([*SOLO, *PAIR, *elsewhere, *silent]), metrics=("tokens",)))
    assert analysis.incomparable == (
        Incomparable("tokens", "other", "solo", "no task was measured under both"),
        Incomparable("tokens", "silent", "solo", "it was measured in no run of silent"),
    )
    only = compared(analysis, "tokens", "pair")
    assert only.p_holm == only.p


def test_all_comparisons_of_the_primary_metrics_are_corrected_together() -> None:
    analysis = analyse(study(metrics=("completed", "checks_passed", "tokens")))
    assert len(analysis.comparisons) == 6
    corrected = holm([each.p for each in analysis.comparisons])
    assert [each.p_holm for each in analysis.comparisons] == corrected
    assert {each.metric for each in analysis.comparisons if each.shown} == {"tokens"}


def test_without_shared_seeds_conditions_are_compared_by_the_means_of_tasks() -> None:
    frame = usual_results(("solo", "pair"))
    apart = compared(analyse(study(frame, paired=False)), "tokens", "pair")
    together = compared(analyse(study(frame)), "tokens", "pair")
    assert apart.difference == pytest.approx(together.difference)
    assert apart.p == together.p
    assert isinstance(apart.interval, Interval)
    assert (apart.tasks, apart.runs, apart.unused) == (10, 40, 0)


@pytest.mark.parametrize("paired", [True, False])
def test_a_study_without_a_baseline_compares_nothing(paired: bool) -> None:
    analysis = analyse(study(baseline=None, paired=paired))
    assert analysis.comparisons == analysis.incomparable == ()
