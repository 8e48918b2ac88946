"""What a completed run costs: a ratio of means over tasks, with Fieller's interval."""

import numpy as np
import polars as pl
import pytest

from company.lab.analysis.interval import Interval, Unknown
from company.lab.analysis.per_completion import AtLeast, PerCompletion, per_completion


def of(spendings: list[float], shares: list[float]) -> PerCompletion:
    """One run a task."""
    rows = {"task": [str(n) for n in range(len(shares))], "tokens": spendings, "completed": shares}
    return per_completion(pl.DataFrame(rows), "tokens", "completed")


def test_runs_in_vain_are_paid_for_too() -> None:
    assert of([100.0] * 6, [1.0, 0, 0, 1, 0, 0]).amount == pytest.approx(300)


def test_a_task_that_was_repeated_more_often_weighs_no_more() -> None:
    rows = pl.DataFrame(
        {
            "task": ["often"] * 3 + ["once"],
            "tokens": [100.0, 100, 100, 300],
            "completed": [1.0, 1, 1, 0],
        }
    )
    assert per_completion(rows, "tokens", "completed").amount == pytest.approx(400)


def test_the_interval_holds_the_ratios_at_which_the_t_test_finds_nothing() -> None:
    spendings = [120.0, 80, 100, 140, 90, 70, 110, 100, 95, 105]
    shares = [1.0, 1, 0, 1, 1, 0.5, 1, 1, 0.5, 1]
    interval = of(spendings, shares).interval
    assert isinstance(interval, Interval)
    for end in (interval.low, interval.high):
        rest = np.array(spendings) - end * np.array(shares)
        t = rest.mean() / (rest.std(ddof=1) / np.sqrt(len(rest)))
        assert abs(t) == pytest.approx(2.262, abs=1e-3)


def test_where_hardly_any_was_completed_there_is_no_upper_end() -> None:
    found = of([100.0, 90, 110, 100, 105, 95, 100, 100], [1.0, 0, 0, 0, 0, 0, 0, 0])
    assert found.amount == pytest.approx(800)
    assert isinstance(found.interval, AtLeast)
    assert 200 < found.interval.low < 800


@pytest.mark.parametrize(
    ("shares", "why"),
    [
        ([0.0] * 6, "none was completed"),
        ([1.0] * 6, "all 6 tasks gave the same share"),
        ([1.0, 0, 1, 0], "4 of at least 5 tasks"),
    ],
)
def test_what_cannot_be_said_says_why(shares: list[float], why: str) -> None:
    assert of([100.0 + n for n in range(len(shares))], shares).interval == Unknown(why)


def test_amounts_that_scatter_beyond_all_bounds_have_no_interval() -> None:
    found = of([1.0, 1, 1, 1, 1, 90_000], [1.0, 0, 1, 0, 1, 0])
    assert found.interval == Unknown("what was spent scatters too much")
