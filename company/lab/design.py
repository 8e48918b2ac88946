"""From the factors of an experiment to its conditions."""

from collections import Counter
from collections.abc import Mapping
from itertools import product
from typing import Any

from company.cards.problems import nearest, shown
from company.errors import ConfigurationError
from company.lab.condition import Condition, as_text
from company.lab.experiment_card import ExperimentCard

BASELINE = "baseline"
MOST_CONDITIONS = 1_000
SPEAKING = ("company", "chain", "model", "topology")
"""Factors whose levels say by themselves what they are."""


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
    wanted = card.baseline or names[0]
    if wanted not in names:
        raise ConfigurationError(
            f"baseline: no condition is {shown(wanted)}{nearest(wanted, names)}"
        )
    return wanted


def _grid(factors: Mapping[str, list[Any]]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for levels in product(*factors.values()):
        settings = dict(zip(factors, levels, strict=True))
        found[", ".join(_named(key, level) for key, level in settings.items())] = settings
        if len(found) > MOST_CONDITIONS:
            raise ConfigurationError(
                f"The grid has more than {MOST_CONDITIONS:,} conditions: vary one factor at a time."
            )
    return found


def _one_at_a_time(factors: Mapping[str, list[Any]]) -> dict[str, dict[str, Any]]:
    usual = {key: levels[0] for key, levels in factors.items()}
    found = {BASELINE: usual}
    for key, levels in factors.items():
        for level in levels[1:]:
            found[_named(key, level)] = {**usual, key: level}
    return found


def _named(key: str, level: Any) -> str:
    """A level as people read it: `pair`, `temperature=0.8`."""
    text = as_text(level)
    return text if key in SPEAKING else f"{key.rpartition('.')[2]}={text}"
