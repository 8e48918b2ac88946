"""What a run spends is skewed, and conditions are held against each other by how many times as much it is."""

from math import prod

import numpy as np
import pytest

from company.lab.analysis.analysis import analyse
from company.lab.analysis.comparison import Comparison
from company.lab.analysis.interval import Interval
from company.lab.design.contrasts import Weighed
from tests.support.studies import Row, each_task, results, row, study

SOLO = [10.0, 20.0, 30.0, 40.0, 50.0, 6_000.0]
TIMES = [1.5, 3.0, 2.0, 1.2, 4.0, 2.5]
PAIR = [value * times for value, times in zip(SOLO, TIMES, strict=True)]


def only(rows: list[Row], metric: str = "tokens", **more: object) -> Comparison:
    (one,) = analyse(study(results(rows), metrics=(metric,), **more)).comparisons
    return one


def both(metric: str, solo: list[float], pair: list[float]) -> list[Row]:
    return [*each_task("solo", metric, [*solo]), *each_task("pair", metric, [*pair])]


def test_a_ratio_is_the_geometric_mean_of_the_tasks_ratios() -> None:
    one = only(both("tokens", SOLO, PAIR))
    assert one.ratio == pytest.approx(prod(TIMES) ** (1 / 6))
    assert one.difference == pytest.approx((sum(PAIR) - sum(SOLO)) / 6)
    assert isinstance(one.interval, Interval)
    assert 1 < one.interval.low < one.ratio < one.interval.high < 4
    assert one.p == 2 / 64
    assert one.rises


def test_a_ratio_the_other_way_round_is_its_inverse() -> None:
    up, down = only(both("tokens", SOLO, PAIR)), only(both("tokens", PAIR, SOLO))
    assert up.ratio == pytest.approx(1 / (down.ratio or 0))
    assert (up.rises, down.rises, up.p) == (True, False, down.p)


def test_of_repetitions_too_it_is_the_geometric_mean() -> None:
    more = [row(name, "t0", 2, tokens=value) for name, value in (("solo", 30.0), ("pair", 105.0))]
    one = only([*both("tokens", SOLO, PAIR), *more])
    assert one.ratio == pytest.approx((prod(TIMES[1:]) * (1.5 * 3.5) ** 0.5) ** (1 / 6))


def test_there_is_no_ratio_to_nothing_and_the_difference_is_compared() -> None:
    one = only(both("tokens", [0.0, *SOLO[1:]], PAIR))
    assert one.ratio is None
    assert isinstance(one.interval, Interval)
    assert one.interval.high > 1_000


def test_what_is_no_spending_is_compared_by_differences() -> None:
    assert only(both("code_lines", SOLO, PAIR), "code_lines").ratio is None


def test_a_contrast_of_spending_is_a_ratio_too() -> None:
    rows = [*both("tokens", SOLO, PAIR), *each_task("team", "tokens", [8 * each for each in SOLO])]
    weighed = Weighed("more than one", "solo", {"pair": 0.5, "team": 0.5, "solo": -1.0})
    one = only(rows, compares_conditions=False, contrasts=(weighed,))
    assert one.ratio == pytest.approx((8 * prod(TIMES) ** (1 / 6)) ** 0.5)


def test_what_only_scatters_more_is_not_taken_for_a_difference() -> None:
    """Of differences it is: the mean of what is skewed moves with its scatter, to one side."""
    chance, taken = np.random.default_rng(5), 0
    for _ in range(60):
        rows = [
            row(name, f"t{task}", repetition, tokens=float(np.exp(usual + chance.normal(0, wide))))
            for task in range(24)
            for usual in [chance.normal(8, 1)]
            for name, wide in (("solo", 0.4), ("pair", 0.9))
            for repetition in (1, 2, 3)
        ]
        taken += only(rows).shown
    assert taken <= 8
