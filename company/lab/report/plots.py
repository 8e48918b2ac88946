"""The pictures of a report: means, differences, curves and distributions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from company.lab.analysis.comparison import Comparison
from company.lab.analysis.curve import Curve
from company.lab.analysis.estimate import Estimate
from company.lab.analysis.interval import Interval, Unknown
from company.lab.metrics.catalogue import described
from company.lab.report.amounts import (
    amount,
    change,
    factor,
    span,
    span_of_change,
    span_of_factor,
    tick,
)
from company.lab.report.drawing import (
    DASHES,
    INK,
    LINE,
    PAPER,
    SOFT,
    colour,
    inline,
    label,
    picture,
)

ROW = 30
"""Height of a condition's row, in CSS pixels."""
MOST_CURVES = 8
"""More in one picture cannot be told apart."""
MOST_ROWS = 40
"""More conditions are left to the tables."""
_WIDE = 5
"""From how many times as much on a logarithmic axis has round figures enough of its own."""
_SPREAD = 20
"""From how many times as much on amounts are drawn on a logarithmic axis."""

Row = tuple[str, float | Unknown, Interval | Unknown]
"""A condition, the middle, and the interval."""
Places = Mapping[str, int]
"""The place of each condition among the colours."""


@dataclass(frozen=True)
class Axis:
    """What a row of points is about."""

    metric: str
    shows: Literal["amount", "difference", "ratio"] = "amount"

    @property
    def nothing(self) -> float | None:
        """Where there is no difference; None of amounts."""
        return {"amount": None, "difference": 0.0, "ratio": 1.0}[self.shows]

    def figure(self, value: float | Unknown) -> str:
        """A figure with its unit."""
        if self.shows == "ratio":
            return factor(value)
        return (amount if self.shows == "amount" else change)(value, self.metric)

    def span(self, interval: Interval | Unknown) -> str:
        """An interval with its unit."""
        if self.shows == "ratio":
            return span_of_factor(interval)
        return (span if self.shows == "amount" else span_of_change)(interval, self.metric)

    def tick(self, value: float) -> str:
        """A figure on the axis."""
        if self.shows == "ratio":
            return f"×{value:g}"
        return tick(value, self.metric, is_change=self.shows == "difference")


def means(name: str, title: str, estimates: Sequence[Estimate], places: Places) -> Markup | None:
    """Every condition's mean and interval; None where there is nothing to draw, or too much."""
    rows: list[Row] = [(e.condition, e.mean, e.interval) for e in estimates]
    return _rows(name, f"Means of {title}", rows, Axis(estimates[0].metric), places)


def differences(
    name: str, title: str, comparisons: Sequence[Comparison], places: Places
) -> Markup | None:
    """Every condition's difference to the baseline, or its ratio; None where there is nothing to draw, or some
    of both."""
    metric, baseline = comparisons[0].metric, comparisons[0].baseline
    ratios: list[Row] = [
        (c.condition, c.ratio, c.interval) for c in comparisons if c.ratio is not None
    ]
    if not ratios:
        rows: list[Row] = [(c.condition, c.difference, c.interval) for c in comparisons]
        about = f"Differences of {title} to {baseline}"
        return _rows(name, about, rows, Axis(metric, "difference"), places)
    if len(ratios) < len(comparisons):
        return None
    return _rows(name, f"Ratios of {title} to {baseline}", ratios, Axis(metric, "ratio"), places)


def learning_curves(name: str, curves: Sequence[Curve], places: Places) -> Markup:
    """The share of runs completed within what was spent on each, a line a condition."""
    spent, outcome = curves[0].spent, curves[0].outcome
    amounts = [value for each in curves for value in (*each.amounts, each.most) if value > 0]
    most, least = max(amounts, default=1.0), min(amounts, default=1.0)
    sentences = (
        f"{each.condition}: {amount(each.shares[-1] if each.shares else 0.0, each.outcome)}"
        f" completed, of {each.runs} runs"
        for each in curves
    )
    words = f"Share of runs completed, by {spent} spent on a run. {'; '.join(sentences)}."
    with picture(280) as (figure, axes):
        start = 0.0
        if most > _SPREAD * least:
            axes.set_xscale("log")
            start = least / 1.5
        for each in curves:
            place = places[each.condition]
            axes.step(
                [start, *each.amounts, most],
                [0.0, *each.shares, each.shares[-1] if each.shares else 0.0],
                where="post",
                color=colour(place),
                linestyle=(0, DASHES[place % len(DASHES)]),
            )
        axes.set_xlim(start, most * 1.02)
        axes.set_ylim(-0.02, 1.04)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value, outcome)))
        axes.grid(axis="y")
        _figures_below(axes, Axis(spent).tick, log=most > _SPREAD * least)
        axes.set_xlabel(
            "US dollars spent on a run" if spent == "cost" else f"{spent} spent on a run"
        )
        return inline(figure, name, words)


def distribution(name: str, title: str, estimate: Estimate) -> Markup:
    """How a metric is spread over the runs of one condition."""
    low, high = min(estimate.values), max(estimate.values)
    words = (
        f"Distribution of {title} over {estimate.runs} runs,"
        f" from {amount(low, estimate.metric)} to {amount(high, estimate.metric)}."
    )
    with picture(190) as (figure, axes):
        bins = min(24, max(5, round(estimate.runs**0.5) * 2))
        axes.hist(
            estimate.values,
            bins=bins,
            range=(low, high) if high > low else (low - 0.5, low + 0.5),
            color=colour(1),
            edgecolor=PAPER,
            linewidth=1,
        )
        if not isinstance(estimate.mean, Unknown):
            axes.axvline(estimate.mean, color=INK, linewidth=1.5, linestyle=(0, (4, 2)))
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        axes.set_ylabel("runs")
        _figures_below(axes, Axis(estimate.metric).tick)
        return inline(figure, name, words)


def _rows(name: str, about: str, rows: list[Row], axis: Axis, places: Places) -> Markup | None:
    """A point and a bar a row; a hollow point where there is no interval."""
    if len(rows) > MOST_ROWS or all(isinstance(middle, Unknown) for _, middle, _ in rows):
        return None
    sentences = (
        f"{condition}: {axis.figure(middle)} ({axis.span(interval)})"
        for condition, middle, interval in rows
    )
    words = f"{about}, with 95 % intervals. {'; '.join(sentences)}."
    with picture(46 + ROW * len(rows)) as (figure, axes):
        if axis.nothing is not None:
            axes.axvline(axis.nothing, color=SOFT, linewidth=1)
        for y, (condition, middle, interval) in enumerate(rows):
            if isinstance(middle, Unknown):
                continue
            place = places[condition]
            known = isinstance(interval, Interval)
            if isinstance(interval, Interval):
                axes.hlines(y, interval.low, interval.high, color=colour(place), linewidth=3)
            axes.plot(
                [middle],
                [y],
                marker="o",
                markersize=9,
                color=colour(place) if known else PAPER,
                markeredgecolor=colour(place),
                markeredgewidth=2,
            )
        axes.set_yticks(range(len(rows)), [label(text) for text, *_ in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.grid(axis="x", color=LINE)
        axes.set_axisbelow(True)
        is_ratio = axis.shows == "ratio"
        if is_ratio:
            axes.set_xscale("log")
        if described(axis.metric).is_share and axis.shows == "amount":
            axes.set_xlim(-0.03, 1.03)
        else:
            axes.margins(x=0.08)
            if axis.shows == "amount":
                axes.set_xlim(left=0)
        low, high = axes.get_xlim()
        _figures_below(axes, axis.tick, log=is_ratio and high > _WIDE * low)
        return inline(figure, name, words)


def _figures_below(axes: Axes, write: Callable[[float], str], *, log: bool = False) -> None:
    if log:
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=8))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
