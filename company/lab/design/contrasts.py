"""What is compared besides single conditions: effects of factors over a whole grid, and sums that a study names.

A main effect is the difference between two levels of a factor, averaged over all levels of the others; an
interaction is how much an effect of one factor differs between levels of another. Every run of the grid tells of
each, where a single condition against the baseline has the runs of two. Of a factor whose levels are three numbers
or more, the straight line through them is compared, from the lowest to the highest (orthogonal polynomial contrasts,
the linear one; Kirk, Experimental Design, 2013).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from math import fsum
from typing import Any

import msgspec

from company.cards.problems import nearest, shown
from company.errors import ConfigurationError
from company.lab.design.condition import Condition
from company.lab.design.design import factor_labels, level_label
from company.lab.design.experiment_card import ExperimentCard

ZERO = "0"
APART = "both by themselves"
NOISE = 1e-12
"""Of the largest weight: what is smaller is none."""
FEWEST_NUMBERS = 3
"""Levels that make a line: two are compared as they are."""


class Weighed(msgspec.Struct, frozen=True):
    """A sum of conditions, which would be 0 were there no difference."""

    name: str
    against: str
    """What it would be the same as, were there none."""
    weights: dict[str, float]
    """By condition; those that it does not take have none."""


class _Effect(msgspec.Struct, frozen=True):
    """What one factor does: a weight for each of its levels, which sum up to 0."""

    factor: str
    name: str
    against: str
    weights: tuple[float, ...]


def contrasts_of(card: ExperimentCard, conditions: Sequence[Condition]) -> tuple[Weighed, ...]:
    """All that the study compares but single conditions with the baseline. Raises ConfigurationError."""
    effects = tuple(_of_factors(card, conditions)) if card.compare == "factors" else ()
    contrasts = (*effects, *_named(card, conditions))
    names = Counter([each.name for each in contrasts] + [each.name for each in conditions])
    for each in contrasts:
        if names[each.name] > 1:
            raise ConfigurationError(
                f"contrasts: {shown(each.name)} is the name of something else, too."
            )
    return contrasts


def comparisons(
    conditions: Sequence[object],
    contrasts: Sequence[Weighed],
    metrics: Sequence[str],
    *,
    compares_conditions: bool,
) -> int:
    """How many there will be: every primary metric under every condition but the baseline, and by every
    contrast."""
    others = len(conditions) - 1 if compares_conditions else 0
    return (others + len(contrasts)) * len(set(metrics))


def _named(card: ExperimentCard, conditions: Sequence[Condition]) -> Iterator[Weighed]:
    known = [condition.name for condition in conditions]
    for contrast in card.contrasts:
        for name in contrast.weights:
            if name not in known:
                words = f"contrasts, {contrast.name}: no condition is {shown(name)}"
                raise ConfigurationError(words + nearest(name, known))
        weights = _without_noise(contrast.weights)
        if abs(total := fsum(weights.values())) > 1e-9 * max(map(abs, weights.values()), default=0):
            raise ConfigurationError(
                f"contrasts, {contrast.name}: the weights sum up to {total:g}; a difference has weights"
                " that sum up to 0, such as 1 and -1."
            )
        if not weights:
            raise ConfigurationError(f"contrasts, {contrast.name}: no condition has a weight.")
        yield Weighed(contrast.name, ZERO, weights)


def _of_factors(card: ExperimentCard, conditions: Sequence[Condition]) -> Iterator[Weighed]:
    if card.design != "grid":
        raise ConfigurationError(
            f"'compare: factors' is about a grid of all levels, not about design: {card.design}."
        )
    if len(card.factors) == 1 and not _is_a_line(*card.factors.values()):
        raise ConfigurationError(
            "'compare: factors' is about two factors or more: of one, 'compare: baseline' compares the levels."
        )
    cells = list(zip(product(*map(_positions, card.factors.values())), conditions, strict=True))
    places = {factor: at for at, factor in enumerate(card.factors)}
    effects = [each for factor in card.factors for each in _effects(card.factors, factor)]
    for effect in effects:
        yield _weighed(effect.name, effect.against, (effect,), places, cells)
    for one, other in combinations(effects, 2):
        if one.factor != other.factor:
            yield _weighed(f"{one.name} × {other.name}", APART, (one, other), places, cells)


def _positions(levels: Sequence[Any]) -> range:
    return range(len(levels))


def _effects(factors: Mapping[str, Sequence[Any]], factor: str) -> Iterator[_Effect]:
    levels = factors[factor]
    sign = factor_labels(factors)[factor]
    names = [sign + level_label(factor, level) for level in levels]
    if _is_a_line(levels):
        low, high = min(levels), max(levels)
        middle = fsum(levels) / len(levels)
        scatter = fsum((each - middle) ** 2 for each in levels)
        weights = tuple((each - middle) * (high - low) / scatter for each in levels)
        yield _Effect(
            factor,
            f"{sign}{level_label(factor, low)} to {level_label(factor, high)}",
            ZERO,
            weights,
        )
        return
    for at in range(1, len(levels)):
        weights = tuple(float(place == at) - float(place == 0) for place in _positions(levels))
        yield _Effect(factor, names[at], names[0], weights)


def _is_a_line(levels: Sequence[Any]) -> bool:
    are_numbers = all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in levels
    )
    return are_numbers and len(levels) >= FEWEST_NUMBERS


def _weighed(
    name: str,
    against: str,
    effects: tuple[_Effect, ...],
    places: Mapping[str, int],
    cells: Sequence[tuple[tuple[int, ...], Condition]],
) -> Weighed:
    """The effects multiplied, averaged over the levels of all other factors."""
    weights: dict[str, float] = {}
    levels = [len(effect.weights) for effect in effects]
    times = len(cells)
    for number in levels:
        times //= number
    for position, condition in cells:
        weight = 1.0 / times
        for effect in effects:
            weight *= effect.weights[position[places[effect.factor]]]
        weights[condition.name] = weight
    return Weighed(name, against, _without_noise(weights))


def _without_noise(weights: Mapping[str, float]) -> dict[str, float]:
    """Those that are something: a sum of fractions that should be 0 mostly is not quite."""
    least = NOISE * max(map(abs, weights.values()))
    return {name: weight for name, weight in weights.items() if abs(weight) > least}
