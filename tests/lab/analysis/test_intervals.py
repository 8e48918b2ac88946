"""Intervals: as scipy's where it has them, honest where there is nothing to resample."""

import numpy as np
import pytest
from scipy import stats

from company.lab.analysis.estimate import estimate
from company.lab.analysis.interval import (
    RESAMPLES,
    SEED,
    Interval,
    Unknown,
    interval_of_mean,
    widened_level,
    wilson_interval,
)
from tests.support.studies import results, row

VALUES = [0.1, 0.4, 0.35, 0.8, 0.0, 0.55, 0.9, 0.2]


def test_the_interval_of_a_mean_is_scipy_s_bca_at_the_widened_level() -> None:
    theirs = stats.bootstrap(
        (VALUES,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=widened_level(len(VALUES)),
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    assert interval_of_mean(VALUES) == Interval(
        pytest.approx(theirs.low, abs=1e-12), pytest.approx(theirs.high, abs=1e-12)
    )


def test_the_level_is_widened_for_few_tasks_and_hardly_for_many() -> None:
    t = stats.t.ppf(0.975, 5) * np.sqrt(6 / 5)
    assert widened_level(6) == pytest.approx(stats.norm.cdf(t) - stats.norm.cdf(-t))
    assert widened_level(1_000) == pytest.approx(0.95, abs=1e-3)


def test_values_that_are_all_the_same_have_no_interval() -> None:
    thirds = [0.1 + 0.2, 0.3, 0.3, 0.3, 0.3]
    assert interval_of_mean(thirds) == Unknown("all 5 tasks gave the same value")


@pytest.mark.parametrize(
    ("count", "few"), [(0, "0 tasks are"), (1, "one task is"), (4, "4 tasks are")]
)
def test_few_tasks_have_no_interval_and_it_says_how_many_are_needed(count: int, few: str) -> None:
    reason = f"{few} too few for an interval (5 are needed)"
    assert interval_of_mean(VALUES[:count]) == Unknown(reason)


def test_the_same_values_have_the_same_interval_whatever_was_asked_before() -> None:
    first = interval_of_mean(VALUES)
    interval_of_mean(VALUES[:6])
    assert interval_of_mean(VALUES) == first


@pytest.mark.parametrize(("successes", "tasks"), [(0, 6), (3, 7), (12, 12)])
def test_wilson_s_interval_is_scipy_s(successes: int, tasks: int) -> None:
    theirs = stats.binomtest(successes, tasks).proportion_ci(method="wilson")
    ours = wilson_interval(successes / tasks, tasks)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_repeating_every_task_ten_times_makes_nothing_surer() -> None:
    once = [row("solo", f"t{n}", tokens=value) for n, value in enumerate(VALUES)]
    often = [{**each, "repetition": n} for n in range(10) for each in once]
    of_one = estimate(results(once), "tokens", "solo", yes_no=False)
    of_many = estimate(results(often), "tokens", "solo", yes_no=False)
    assert (of_one.tasks, of_one.runs) == (8, 8)
    assert (of_many.tasks, of_many.runs) == (8, 80)
    assert isinstance(of_one.interval, Interval)
    assert isinstance(of_many.interval, Interval)
    assert of_many.interval.low == pytest.approx(of_one.interval.low)
    assert of_many.interval.high == pytest.approx(of_one.interval.high)


@pytest.mark.parametrize("tasks", [6, 12])
def test_nineteen_of_twenty_intervals_hold_the_truth_even_with_few_tasks(tasks: int) -> None:
    chance = np.random.default_rng(11)
    held = 0
    for _ in range(400):
        found = interval_of_mean(chance.normal(3.0, 1.0, tasks))
        assert isinstance(found, Interval)
        held += found.low <= 3.0 <= found.high
    assert 0.9 <= held / 400 <= 0.98
