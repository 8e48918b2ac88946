"""Figures as people read them."""

import pytest

from company.lab.analysis.interval import Interval, Unknown
from company.lab.report.amounts import (
    NARROW,
    amount,
    change,
    distance,
    duration,
    factor,
    probability,
    ratio,
    span,
    span_of_change,
    span_of_factor,
    tick,
)


@pytest.mark.parametrize(
    ("value", "metric", "written"),
    [
        (0.625, "completed", "62 %"),
        (1.0, "checks_passed", "100 %"),
        (12_345.6, "tokens", "12,346 tokens"),
        (0.00123456, "cost", "$0.00123"),
        (0.0, "cost", "$0"),
        (83.0, "seconds", "83 s"),
        (2.3456, "a column of nobody's", "2.35"),
        (None, "tokens", "–"),
        (Unknown("it was not measured"), "tokens", "–"),
    ],
)
def test_amounts_have_their_unit(value: float | None, metric: str, written: str) -> None:
    assert amount(value, metric) == written.replace(" ", NARROW)


def test_changes_have_their_sign_and_shares_change_by_points() -> None:
    assert change(0.2, "completed") == f"+20{NARROW}points"
    assert change(-0.01, "completed") == f"−1{NARROW}point"
    assert change(0.0, "tokens") == f"±0{NARROW}tokens"


def test_a_span_says_its_unit_once() -> None:
    assert span(Interval(0.4, 0.8), "completed") == f"40 to 80{NARROW}%"
    assert span_of_change(Interval(-0.01, 0.12), "completed") == f"−1 to +12{NARROW}points"
    assert span(Interval(0.001, 0.002), "cost") == "$0.00100 to $0.00200"
    assert span(Unknown("all tasks gave the same value"), "cost") == "–"


def test_ticks_are_short() -> None:
    shown = (tick(12_000.0, "tokens"), tick(-0.25, "completed", is_change=True), tick(-0.5, "cost"))
    assert shown == ("12k", "−25", "−$0.5")


def test_p_values_ratios_and_times() -> None:
    assert [probability(p) for p in (0.0001, 0.0312, 0.5)] == ["p < 0.001", "p = 0.031", "p = 0.50"]
    assert (ratio(-0.5), ratio(Unknown("no scatter"))) == ("−0.50", "–")
    assert [duration(s) for s in (90, 600, 12_000)] == ["90 s", "10 min", "3 h 20 min"]


@pytest.mark.parametrize(
    ("value", "told"),
    [(2.1, "× 2.10"), (15.03, "× 15.0"), (1.002, "× 1.002"), (0.97, "× 0.97"), (1.0, "× 1.00"), (1.00001, "× 1.0000")],
)  # fmt: skip
def test_a_factor_near_1_has_the_digits_that_tell_it_from_1(value: float, told: str) -> None:
    assert factor(value).replace(NARROW, " ") == told


def test_an_interval_of_factors_tells_both_ends() -> None:
    assert span_of_factor(Interval(1.001, 1.004)).replace(NARROW, " ") == "× 1.001 to 1.004"
    assert span_of_factor(Interval(0.5, 1500.0)).replace(NARROW, " ") == "× 0.500 to 1,500"
    assert span_of_factor(Unknown("no")) == "–"


def test_how_far_apart_is_told_either_way() -> None:
    assert distance(0.5, "tokens", by_ratio=True) == "a factor of 2"
    assert distance(0.12, "completed", by_ratio=False).replace(NARROW, " ") == "12 points"
