"""Figures as people read them."""

import pytest

from company.lab.analysis.interval import Interval, Unknown
from company.lab.report.amounts import (
    NARROW,
    amount,
    change,
    duration,
    probability,
    ratio,
    span,
    span_of_change,
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
