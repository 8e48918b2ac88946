"""From the factors of an experiment to its conditions."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from itertools import product
from typing import Any

from company.cards.problems import nearest, shown
from company.errors import ConfigurationError
from company.lab.design.condition import Condition, as_text
from company.lab.design.experiment_card import ExperimentCard

BASELINE = "baseline"
MOST_CONDITIONS = 1_000
SPEAKING = ("company", "chain", "model", "topology")
"""Factors whose levels say by themselves what they are."""
LONGEST_LEVEL = 48
"""Characters of a level, in a condition's name."""


def conditions_of(card: ExperimentCard) -> tuple[Condition, ...]:
    """The conditions, the baseline among them. Raises ConfigurationError where two are one."""
    match card.design:
        case "listed":
            varied = {each.name: dict(each.set) for each in card.conditions}
            if len(varied) < len(card.conditions):
                names = [each.name for each in card.conditions]
                twice = next(name for name, times in Counter(names).items() if times > 1)
                raise ConfigurationError(f"Two conditions are called {shown(twice)}.")
        case "grid":
            varied = _grid(card.factors)
        case "one_factor":
            varied = _one_at_a_time(card.factors)
    return tuple(Condition(name, {**card.set, **own}) for name, own in varied.items())


def baseline_of(card: ExperimentCard, conditions: tuple[Condition, ...]) -> str:
    """The name of the condition others are compared with. Raises ConfigurationError."""
    names = [condition.name for condition in conditions]
    baseline = card.baseline or names[0]
    if baseline not in names:
        raise ConfigurationError(
            f"baseline: no condition is {shown(baseline)}{nearest(baseline, names)}"
        )
    return baseline


def _grid(factors: Mapping[str, list[Any]]) -> dict[str, dict[str, Any]]:
    _refuse_twins(factors)
    signs = _signs(factors)
    conditions: dict[str, dict[str, Any]] = {}
    for levels in product(*factors.values()):
        settings = dict(zip(factors, levels, strict=True))
        conditions[
            ", ".join(signs[key] + _shown_level(level) for key, level in settings.items())
        ] = settings
        if len(conditions) > MOST_CONDITIONS:
            raise ConfigurationError(
                f"The grid has more than {MOST_CONDITIONS:,} conditions: vary one factor at a time."
            )
    return conditions


def _one_at_a_time(factors: Mapping[str, list[Any]]) -> dict[str, dict[str, Any]]:
    _refuse_twins(factors)
    usual = {key: levels[0] for key, levels in factors.items()}
    others = [(key, level) for key, levels in factors.items() for level in levels[1:]]
    signs = _signs(factors)
    names = [BASELINE, *(signs[key] + _shown_level(level) for key, level in others)]
    if len(set(names)) < len(names):
        names = [BASELINE, *(f"{key}={_shown_level(level)}" for key, level in others)]
    settings = [usual, *({**usual, key: level} for key, level in others)]
    return dict(zip(names, settings, strict=True))


def _refuse_twins(factors: Mapping[str, list[Any]]) -> None:
    """Raises ConfigurationError where a level is named twice: it would be two conditions in one."""
    for key, levels in factors.items():
        for level, times in Counter(map(as_text, levels)).items():
            if times > 1:
                raise ConfigurationError(
                    f"factors.{key}: the level {shown(level)} is there twice; take one away."
                )


def _signs(factors: Mapping[str, list[Any]]) -> dict[str, str]:
    """What stands before the levels of each factor, as people read it: `temperature=`, or nothing.

    Of a key that is its last part, unless that is another's too.
    """
    ends = Counter(_end(key) for key in factors)
    return {
        key: "" if key in SPEAKING else f"{_end(key) if ends[_end(key)] == 1 else key}="
        for key in factors
    }


def _end(key: str) -> str:
    return key.rpartition(".")[2]


def _shown_level(level: Any) -> str:
    """A level on one line; of a long one the beginning, and what tells it from others."""
    text = " ".join(as_text(level).split())
    if len(text) <= LONGEST_LEVEL:
        return text
    digest = hashlib.sha256(as_text(level).encode()).hexdigest()[:6]
    return f"{text[: LONGEST_LEVEL - 8].rstrip()}… {digest}"
