"""Whether a study replicates what others published: yes, no, or it cannot tell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from company.lab.analysis.comparison import Comparison, Incomparable
from company.lab.analysis.interval import Interval
from company.lab.design.published import Published

Verdict = Literal["replicated", "not replicated", "could not tell"]


@dataclass(frozen=True)
class Replication:
    """A published figure beside what was seen in its place."""

    published: Published
    comparison: Comparison | None
    """None where it could not be made."""
    verdict: Verdict
    why: str
    """A clause in plain words, without a full stop."""


def replications(
    published: Iterable[Published],
    comparisons: Sequence[Comparison],
    incomparable: Sequence[Incomparable],
) -> tuple[Replication, ...]:
    """One for each published figure whose comparison was to be made by now."""
    made = {(each.metric, each.condition): each for each in comparisons}
    not_made = {(each.metric, each.condition): each.why for each in incomparable}
    judged: list[Replication] = []
    for each in published:
        place = each.metric, each.condition
        if place in made:
            judged.append(Replication(each, made[place], *_judged(each, made[place])))
        elif place in not_made:
            judged.append(Replication(each, None, "could not tell", not_made[place]))
    return tuple(judged)


def _judged(published: Published, seen: Comparison) -> tuple[Verdict, str]:
    """By the study's own test and interval; the published figure's own chance is nobody's to know."""
    nothing = 0.0 if seen.ratio is None else 1.0
    interval = seen.interval
    is_outside = isinstance(interval, Interval) and not (
        interval.low <= published.value <= interval.high
    )
    if published.value == nothing:
        return _of_no_difference(seen)
    if seen.shown and seen.rises == (published.value > nothing):
        if is_outside:
            return "replicated", "in its direction; as large as published it is not"
        return (
            "replicated",
            "a difference is shown in its direction, and the interval holds the published one",
        )
    if seen.shown:
        return "not replicated", "a difference is shown the other way"
    if is_outside:
        return (
            "not replicated",
            "no difference is shown, and the interval leaves the published one out",
        )
    return "could not tell", "no difference is shown, and one as published may be there"


def _of_no_difference(seen: Comparison) -> tuple[Verdict, str]:
    if seen.is_within:
        return "replicated", "it is the same within the margin"
    if seen.shown:
        return "not replicated", "a difference is shown"
    return "could not tell", "no difference is shown, nor that it is within a margin"
