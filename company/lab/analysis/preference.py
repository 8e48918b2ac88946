"""What judges preferred, task by task, and how far they agree: a model with itself, and each with the others."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from company.lab.analysis.comparison import holm
from company.lab.analysis.contrast import Contrast
from company.lab.analysis.interval import Interval, Unknown

OURS, THEIRS, NEITHER = 1, -1, 0
"""Which of a pair was preferred: the condition's program, the baseline's, or none of them."""


@dataclass(frozen=True)
class Judged:
    """A pair, with what a judge said of it."""

    pair: str
    """What it is known by to every judge."""
    task: str
    is_same: bool
    """Whether both were the same program, so that no judge was asked."""
    as_it_is: int = NEITHER
    swapped: int | None = None
    """The same of the other order; None of people, who are asked once."""

    @property
    def preferred(self) -> float:
        """From -1, the baseline's each time, to 1; who changes sides with the order prefers none."""
        return (self.as_it_is + (self.as_it_is if self.swapped is None else self.swapped)) / 2


@dataclass(frozen=True)
class Preference:
    """What one judge made of a condition."""

    judge: str
    condition: str
    same: int
    """Pairs of the same program."""
    unjudged: int
    """Pairs that are not judged yet; they count nowhere else."""
    better: int
    """Pairs in which the condition's program was preferred: in both orders, or in one and in none the other."""
    worse: int
    neither: int
    balance: float
    """How much more often it was preferred than the baseline's, over tasks: -1 to 1. The same program is preferred by nobody."""
    interval: Interval | Unknown
    p: float | Unknown
    """Of the balance, by the test of the report."""
    p_holm: float | Unknown
    """As it counts among all conditions that this judge has judged."""
    agreement: float | Unknown
    """In what share of the pairs that were asked in both orders the judge said the same."""
    by_place: float | Unknown
    """In what share of them it preferred the same place, first or second, whatever stood there."""
    kappa: float | Unknown
    """Agreement beyond chance (Cohen 1960)."""


SO_FAR = Unknown("not all pairs are judged yet")


def preferences(
    judge: str, pairs: Mapping[str, int], judged: Mapping[str, Sequence[Judged]]
) -> list[Preference]:
    """What a judge made of each condition of which it judged anything; `pairs` says how many there are.

    The same programs would weigh too much where some of the others are not judged yet, so that nothing is tested then.
    """
    told = {name: of for name, of in judged.items() if not all(each.is_same for each in of)}
    contrasts = {name: _contrast(of) for name, of in told.items()}
    whole = [name for name, of in told.items() if len(of) == pairs[name]]
    alone = {name: contrasts[name].p_value() for name in whole}
    corrected = dict(zip(whole, holm([alone[name] for name in whole]), strict=True))
    return [
        _preference(
            judge,
            name,
            pairs[name],
            of,
            contrasts[name],
            p=alone.get(name, SO_FAR),
            p_holm=corrected.get(name, SO_FAR),
        )
        for name, of in told.items()
    ]


@dataclass(frozen=True)
class Agreement:
    """How far two judges agree on the pairs that both judged."""

    judges: tuple[str, str]
    pairs: int
    share: float
    kappa: float | Unknown
    """Beyond chance (Cohen 1960); of the condition's program, the baseline's, or none."""


def agreements(judged: Mapping[str, Sequence[Judged]]) -> list[Agreement]:
    """Of each two judges; none where they judged nothing together. The same program is judged by nobody."""
    told = {
        judge: {each.pair: int(np.sign(each.preferred)) for each in of if not each.is_same}
        for judge, of in judged.items()
    }
    found = []
    for one, other in combinations(told, 2):
        both = [(told[one][pair], told[other][pair]) for pair in told[one] if pair in told[other]]
        if both:
            share = _share([first == second for first, second in both])
            found.append(Agreement((one, other), len(both), share, kappa(both)))
    return found


def kappa(ratings: Sequence[tuple[int, int]]) -> float | Unknown:
    """Cohen's κ of two ratings of each thing."""
    if not ratings:
        return Unknown("nothing was judged twice")
    first, second = (Counter(each[place] for each in ratings) for place in (0, 1))
    chance = sum(first[word] * second[word] for word in first) / len(ratings) ** 2
    if chance == 1:
        return Unknown("the same was said of everything")
    agreed = sum(one == other for one, other in ratings) / len(ratings)
    return (agreed - chance) / (1 - chance)


def _contrast(judged: Iterable[Judged]) -> Contrast:
    by_task: dict[str, list[float]] = {}
    for each in judged:
        by_task.setdefault(each.task, []).append(each.preferred)
    return Contrast(np.array([float(np.mean(of)) for of in by_task.values()]))


def _preference(
    judge: str,
    condition: str,
    pairs: int,
    judged: Sequence[Judged],
    contrast: Contrast,
    *,
    p: float | Unknown,
    p_holm: float | Unknown,
) -> Preference:
    asked = [each for each in judged if not each.is_same]
    twice = [(each.as_it_is, each.swapped) for each in asked if each.swapped is not None]
    once = Unknown("nothing was asked twice")
    return Preference(
        judge=judge,
        condition=condition,
        same=len(judged) - len(asked),
        unjudged=pairs - len(judged),
        better=sum(each.preferred > 0 for each in asked),
        worse=sum(each.preferred < 0 for each in asked),
        neither=sum(each.preferred == 0 for each in asked),
        balance=contrast.difference(),
        interval=contrast.interval() if len(judged) == pairs else SO_FAR,
        p=p,
        p_holm=p_holm,
        agreement=_share([one == other for one, other in twice]) if twice else once,
        by_place=_share([one == -other != 0 for one, other in twice]) if twice else once,
        kappa=kappa(twice),
    )


def _share(holds: Sequence[bool]) -> float:
    return sum(holds) / len(holds)
