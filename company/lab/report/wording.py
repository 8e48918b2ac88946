"""Findings in plain words: what differs, what does not, and what could not have been seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from company.lab.analysis.analysis import Analysis, Totals
from company.lab.analysis.comparison import Comparison
from company.lab.analysis.estimate import Estimate
from company.lab.analysis.interval import Interval, Unknown
from company.lab.analysis.study import Study
from company.lab.design.contrasts import APART, ZERO
from company.lab.design.published import Published
from company.lab.metrics.catalogue import described, title_of
from company.lab.report.amounts import (
    amount,
    change,
    distance,
    duration,
    factor,
    probability,
    span,
    span_of_change,
    span_of_factor,
)
from warehouse.history.format.figures import counted

MOST_QUIET = 5
"""So many comparisons of a metric that show nothing are told one by one."""

Tone = Literal["shown", "unsure", "unseen", "plain"]


@dataclass(frozen=True)
class Finding:
    """One sentence or two, and what stands in front of them in bold."""

    head: str
    text: str
    tone: Tone


def findings(study: Study, analysis: Analysis) -> list[Finding]:
    """What a reader should know first, the main metric's findings before the others'."""
    if study.baseline is None:
        return _plain(study, analysis)
    compared: list[Finding] = []
    for _, each_metric in groupby(analysis.comparisons, lambda each: each.metric):
        compared += _of_metric(list(each_metric))
    impossible = [
        Finding(
            f"{title_of(each.metric)}, {each.condition}: cannot be compared with {each.baseline}",
            f"{_sentence(each.why)}",
            "unseen",
        )
        for each in analysis.incomparable
    ]
    return compared + impossible


def verdict(comparison: Comparison) -> str:
    """A comparison in a few words, for a table."""
    if comparison.shown:
        less = f", by less than {_margin(comparison)}" if comparison.is_within else ""
        return f"{_higher_or_lower(comparison)}{less}"
    if comparison.is_within:
        return f"the same within {_margin(comparison)}"
    if comparison.shown_alone:
        return "no difference shown, all counted"
    return "no difference seen"


def seen(comparison: Comparison) -> str:
    """What was seen: `+12 points`, or `× 2.1` where it is compared by ratio."""
    if comparison.ratio is None:
        return change(comparison.difference, comparison.metric)
    return factor(comparison.ratio)


def as_published(published: Published) -> str:
    """A published figure, as one that was seen is told."""
    if described(published.metric).compared == "ratio":
        return factor(published.value)
    return change(published.value, published.metric)


def span_of(comparison: Comparison, interval: Interval | Unknown) -> str:
    """One of its intervals, likewise."""
    if comparison.ratio is None:
        return span_of_change(interval, comparison.metric)
    return span_of_factor(interval)


def plain_difference(comparison: Comparison) -> str:
    """The difference of means beside a ratio; empty where that is what was compared."""
    return "" if comparison.ratio is None else change(comparison.difference, comparison.metric)


def tone(comparison: Comparison) -> Tone:
    """How sure a comparison is."""
    if comparison.shown or comparison.is_within:
        return "shown"
    return "unsure" if comparison.shown_alone else "unseen"


def detectable(comparison: Comparison) -> str:
    """What size of difference could have been seen, for a table."""
    least = comparison.detectable
    return least.why if isinstance(least, Unknown) else _sized(comparison, least)


def extent(totals: Totals) -> str:
    """How much was done, in a sentence."""
    runs = counted(totals.runs, "run")
    tasks = counted(totals.tasks, "task")
    parts = [f"{runs} on {tasks}"]
    if totals.completed is not None:
        parts.append(f"{totals.completed:,} of {totals.judged:,} completed")
    if totals.tokens is not None:
        parts.append(f"{totals.tokens:,.0f} tokens")
    if totals.cost is not None:
        unpriced = f" for those with a known price ({totals.unpriced} have none)"
        parts.append(f"${totals.cost:,.2f}{unpriced if totals.unpriced else ''}")
    if totals.seconds is not None:
        parts.append(f"{duration(totals.seconds)} of work")
    return f"{', '.join(parts)}."


def exposure_warnings(study: Study, analysis: Analysis) -> list[str]:
    """A warning for each condition whose treatment never happened."""
    compared = counted(len(analysis.comparisons), "comparison")
    return [
        f"{each.condition} was {study.baseline} by another name: in all {counted(each.pairs, 'pair')} of runs models"
        " were asked for the very same, and the product is the same to the byte. It is compared by"
        f" nothing, and is no part of Holm's correction, which counts {compared}."
        for each in analysis.exposures
        if each.is_baseline
    ]


def look_note(study: Study, analysis: Analysis) -> list[str]:
    """Which look at a study this is; nothing of one that has none."""
    look, of = analysis.look, len(study.planned)
    if look is None or study.baseline is None:
        return []
    planned = f"looks after {', '.join(map(str, study.looks))} and all {of} tasks"
    if not look.tasks:
        return [f"It is too early to compare anything: this study has {planned}."]
    which = f"Look {len(look.fractions)} of {len(study.looks) + 1}"
    return [
        f"{which}, after {len(look.tasks)} of {of} tasks: this study has {planned}, and may end with any of them. The p-values"
        " and intervals of its comparisons count that; means are of all runs that have ended."
    ]


def power_warning(analysis: Analysis) -> list[str]:
    """A warning where no comparison could have shown anything; else none."""
    compared = analysis.comparisons
    if analysis.look and not analysis.look.is_last:
        return []
    if not compared or any(each.can_show for each in compared):
        return []
    tasks = counted(max(each.tasks for each in compared), "task")
    return [
        f"This study could not have shown any difference, however large: it has {tasks} for"
        f" {counted(len(compared), 'comparison')}. It takes more tasks, or fewer primary metrics."
    ]


def _of_metric(comparisons: list[Comparison]) -> list[Finding]:
    """A finding a comparison; where very many show nothing, one for all of those."""
    quiet = [each for each in comparisons if not (each.shown_alone or each.is_within)]
    if len(quiet) <= MOST_QUIET or len({each.baseline for each in quiet}) > 1:
        return [_compared(each) for each in comparisons]
    metric, baseline = quiet[0].metric, quiet[0].baseline
    differences = [_compared(each) for each in comparisons if each not in quiet]
    head = f"{title_of(metric)}: no difference seen between {baseline} and {len(quiet)} conditions"
    return [
        *differences,
        Finding(head, "The table tells what could have been seen of each.", "unseen"),
    ]


def _compared(comparison: Comparison) -> Finding:
    title = title_of(comparison.metric)
    condition, baseline = comparison.condition, comparison.baseline
    facts = _facts(comparison)
    is_sum = baseline == ZERO
    two = f"in {condition}" if is_sum else f"between {condition} and {baseline}"
    if comparison.shown:
        by = _sized(comparison, comparison.ratio or abs(comparison.difference))
        word = _higher_or_lower(comparison)
        where = f"in {condition}" if is_sum else f"under {condition} than under {baseline}"
        head = f"{title}: {word} by {by} {where}"
        less = f"It is shown to be less than {_margin(comparison)}." if comparison.is_within else ""
        text = " ".join(filter(None, (facts, less, _good_or_bad(comparison))))
        return Finding(head, text, "shown")
    if comparison.is_within:
        head = f"{title}: the same within {_margin(comparison)} {two}"
        return Finding(head, facts, "shown")
    head = f"{title}: no difference seen {two}"
    if comparison.shown_alone:
        head = f"{title}: no difference shown {two}"
        alone = f"Alone it would have been one ({probability(comparison.p)})"
        return Finding(
            head, f"{facts} {alone}, among {comparison.among} it may be chance.", "unsure"
        )
    detectable = comparison.detectable
    if isinstance(detectable, Unknown):
        return Finding(head, f"{facts} {_sentence(detectable.why)}", "unseen")
    about = _sized(comparison, detectable).replace("a factor of", "A factor of about")
    if comparison.ratio is None:
        about = f"A difference of about {about}"
    least = f"{about} or more would probably have been seen"
    return Finding(head, f"{facts} {least}; a smaller one may be there.", "unseen")


def _sized(comparison: Comparison, value: float) -> str:
    """A difference or a factor without its direction."""
    return distance(value, comparison.metric, by_ratio=comparison.ratio is not None)


def _margin(comparison: Comparison) -> str:
    return _sized(comparison, comparison.margin or 0.0)


def _facts(comparison: Comparison) -> str:
    interval = (
        f"95 % interval {span_of(comparison, comparison.interval)}"
        if isinstance(comparison.interval, Interval)
        else f"no interval: {comparison.interval.why}"
    )
    among = comparison.among
    corrected = f" with all {among} comparisons counted" if among > 1 else ""
    return (
        f"{seen(comparison)} ({interval};"
        f" {counted(comparison.tasks, 'task')}; {probability(comparison.p_holm)}{corrected})."
    )


def _higher_or_lower(comparison: Comparison) -> str:
    return "higher" if comparison.rises else "lower"


def _good_or_bad(comparison: Comparison) -> str:
    better = described(comparison.metric).better
    if not better or comparison.baseline == APART:
        return ""
    verdict = "better" if _higher_or_lower(comparison) == better else "worse"
    return f"{better.capitalize()} is better: this is {verdict}."


def _plain(study: Study, analysis: Analysis) -> list[Finding]:
    findings: list[Finding] = []
    for metric in study.metrics:
        for each in analysis.estimates.get(metric, ()):
            where = f", {each.condition}" if len(analysis.conditions) > 1 else ""
            head = f"{title_of(metric)}{where}: {amount(each.mean, metric)}"
            findings.append(Finding(head, _basis(each), "plain"))
    return findings


def _basis(estimate: Estimate) -> str:
    if isinstance(estimate.mean, Unknown):
        return _sentence(estimate.mean.why)
    basis = f"over {counted(estimate.tasks, 'task')}, {counted(estimate.runs, 'run')}"
    if isinstance(estimate.interval, Interval):
        return f"95 % interval {span(estimate.interval, estimate.metric)}, {basis}."
    if estimate.wilson:
        return f"Wilson's 95 % interval {span(estimate.wilson, estimate.metric)}, {basis}."
    return f"No interval: {estimate.interval.why}. Mean {basis}."


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}."


def counts(statuses: Sequence[tuple[str, int]]) -> str:
    """How many have which status: `50 verified, 9 failed`."""
    return ", ".join(f"{number:,} {status or 'unknown'}" for status, number in statuses)
