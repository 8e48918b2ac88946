"""How figures are written: with their unit, and no more digits than they deserve."""

from collections.abc import Callable
from math import floor, log10

from company.lab.analysis.interval import Interval, Unknown
from company.lab.analysis.per_completion import AtLeast
from company.lab.metrics.catalogue import described

MINUS = "\u2212"
NONE = "–"
"""What stands in a table where there is no figure."""
NARROW = "\u202f"
"""A narrow space that is not broken, between a number and its unit."""

Figure = float | Unknown | None


def amount(value: Figure, metric: str) -> str:
    """A figure of a metric: `62 %`, `12,300 tokens`, `$0.0123`, `83 s`."""
    if value is None or isinstance(value, Unknown):
        return NONE
    if described(metric).is_share:
        return f"{_digits(100 * value, whole=True)}{NARROW}%"
    return _with_unit(_digits(value), metric)


def change(value: Figure, metric: str) -> str:
    """A difference, with its sign; between shares in percentage points."""
    if value is None or isinstance(value, Unknown):
        return NONE
    sign = {1: "+", -1: MINUS, 0: "±"}[(value > 0) - (value < 0)]
    return sign + size(abs(value), metric)


def size(value: float, metric: str) -> str:
    """A difference without its sign: `12 points`, `1,200 tokens`."""
    if described(metric).is_share:
        digits = _digits(100 * value, whole=True)
        return f"{digits}{NARROW}point{'' if digits == '1' else 's'}"
    return _with_unit(_digits(value), metric)


def distance(value: float, metric: str, *, by_ratio: bool) -> str:
    """How far apart two figures are, either way: `12 points`, or `a factor of 2.1`."""
    if not by_ratio:
        return size(value, metric)
    return f"a factor of {_times(max(value, 1 / value))}"


def factor(value: Figure) -> str:
    """How many times as much: `× 2.1`."""
    if value is None or isinstance(value, Unknown):
        return NONE
    return f"×{NARROW}{_times(value)}"


def span(interval: Interval | Unknown | None, metric: str) -> str:
    """An interval of amounts: `40 to 80 %`."""
    return _span(interval, lambda value: amount(value, metric))


def span_upwards(interval: Interval | AtLeast | Unknown, metric: str) -> str:
    """An interval of amounts that may have no upper end: `at least 3,000`."""
    if isinstance(interval, AtLeast):
        return f"at least {amount(interval.low, metric)}"
    return span(interval, metric)


def span_of_change(interval: Interval | Unknown | None, metric: str) -> str:
    """An interval of differences: `−3 to +12 points`."""
    return _span(interval, lambda value: change(value, metric))


def span_of_factor(interval: Interval | Unknown | None) -> str:
    """An interval of factors: `× 1.4 to 3.2`."""
    if not isinstance(interval, Interval):
        return NONE
    return f"×{NARROW}{_times(interval.low)} to {_times(interval.high)}"


def span_of_ratio(interval: Interval | Unknown | None) -> str:
    """An interval of figures without a unit: `−0.20 to 0.35`."""
    return _span(interval, ratio)


def tick(value: float, metric: str, *, is_change: bool = False) -> str:
    """A figure on an axis, short: `40 %`, `12k`, `$0.01`; a share's change is in points."""
    if described(metric).is_share:
        return _signed(100 * value) + ("" if is_change else f"{NARROW}%")
    short = _signed(value)
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            short = _signed(value / limit) + letter
            break
    if described(metric).unit == "USD":
        short = f"{MINUS if value < 0 else ''}${short.removeprefix(MINUS)}"
    return short


def probability(p: float) -> str:
    """A p-value: `p = 0.031`."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def ratio(value: float | Unknown) -> str:
    """A figure without a unit, such as an effect size."""
    return NONE if isinstance(value, Unknown) else f"{value:.2f}".replace("-", MINUS)


def duration(seconds: float) -> str:
    """A long time: `3 h 20 min`."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02} min"


def _span(interval: Interval | Unknown | None, write: Callable[[float], str]) -> str:
    if not isinstance(interval, Interval):
        return NONE
    low, high = write(interval.low), write(interval.high)
    number, blank, unit = high.partition(NARROW)
    if blank and low.partition(NARROW)[2].removesuffix("s") == unit.removesuffix("s"):
        return f"{low.partition(NARROW)[0]} to {number}{blank}{unit}"
    return f"{low} to {high}"


def _with_unit(digits: str, metric: str) -> str:
    unit = described(metric).unit
    if unit == "USD":
        return f"${digits}"
    return f"{digits}{NARROW}{unit}" if unit else digits


def _digits(value: float, *, whole: bool = False) -> str:
    """Three significant digits, or all of a whole number above that; grouped by thousands."""
    if value == 0:
        return "0"
    if whole or abs(value) >= 100 or value == round(value):
        return f"{value:,.0f}".replace("-", MINUS)
    places = min(6, max(0, 2 - floor(log10(abs(value)))))
    return f"{value:.{places}f}".replace("-", MINUS)


def _times(value: float) -> str:
    """A factor, near 1 with the digits that tell it from 1."""
    away = round(abs(value - 1), 9)
    if not 0 < away < 0.1:
        return _digits(value) if away else "1.00"
    return f"{value:.{min(4, max(2, -floor(log10(away))))}f}"


def _signed(value: float) -> str:
    return f"{value:g}".replace("-", MINUS)
