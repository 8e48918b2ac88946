"""From the factors of an experiment to its conditions."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from company.cards.intervention import WHERE_AND_HOW_OFTEN
from company.cards.problems import nearest, shown
from company.errors import ConfigurationError
from company.lab.design.condition import Condition, as_text
from company.lab.design.experiment_card import ExperimentCard
from company.lab.design.matched import check_partners

BASELINE = "baseline"
MOST_CONDITIONS = 1_000
INTERVENTIONS = "interventions"
SPEAKING = ("company", "chain", "model", "topology", INTERVENTIONS)
"""Factors whose levels say by themselves what they are."""
LONGEST_LEVEL = 48
"""Characters of a level, in a condition's name."""
LONGEST_INTERVENTIONS = 64
"""The same where it is interventions, which say what they do in words of ours."""
FIRST_WORDS = 3
"""Words of what a role is told, in the name of the intervention."""
LEFT_OUT = "…"


def conditions_of(card: ExperimentCard) -> tuple[Condition, ...]:
    """The conditions, the baseline among them. Raises ConfigurationError where two are one, or one cannot use as
    much as another."""
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
    conditions = tuple(Condition(name, {**card.set, **own}) for name, own in varied.items())
    check_partners(((each.name, each.settings) for each in conditions), paired=card.paired)
    return conditions


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
    signs = factor_labels(factors)
    conditions: dict[str, dict[str, Any]] = {}
    for levels in product(*factors.values()):
        settings = dict(zip(factors, levels, strict=True))
        conditions[
            ", ".join(signs[key] + level_label(key, level) for key, level in settings.items())
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
    signs = factor_labels(factors)
    names = [BASELINE, *(signs[key] + level_label(key, level) for key, level in others)]
    if len(set(names)) < len(names):
        names = [BASELINE, *(f"{key}={level_label(key, level)}" for key, level in others)]
    settings = [usual, *({**usual, key: level} for key, level in others)]
    return dict(zip(names, settings, strict=True))


def _refuse_twins(factors: Mapping[str, list[Any]]) -> None:
    """Raises ConfigurationError where a level is named twice: it would be two conditions in one."""
    for key, levels in factors.items():
        for level, times in Counter(level_label(key, level) for level in levels).items():
            if times > 1:
                raise ConfigurationError(
                    f"factors.{key}: the level {shown(level)} is there twice; take one away."
                )


def factor_labels(factors: Mapping[str, Sequence[Any]]) -> dict[str, str]:
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


def level_label(key: str, level: Any) -> str:
    """A level of a factor on one line; of a long one the beginning, and what tells it from others."""
    told = _interventions(level) if key == INTERVENTIONS else ""
    text = " ".join((told or as_text(level)).split())
    longest = LONGEST_INTERVENTIONS if told else LONGEST_LEVEL
    if len(text) <= longest and LEFT_OUT not in told:
        return text
    digest = hashlib.sha256(as_text(level).encode()).hexdigest()[:6]
    short = text if len(text) <= longest - 7 else f"{text[: longest - 8].rstrip()}{LEFT_OUT}"
    return f"{short} {digest}"


def _interventions(level: Any) -> str:
    """A list of interventions by what they do; empty of anything else."""
    if not isinstance(level, list) or not all(isinstance(each, dict) for each in level):
        return ""
    return "; ".join(map(_intervention, level)) or "no interventions"


def _intervention(each: Mapping[str, Any]) -> str:
    done = {key: value for key, value in each.items() if key not in WHERE_AND_HOW_OFTEN}
    words = [_percent(each["probability"])] if "probability" in each else []
    words += [f"{key} {_values(value)}" for key, value in done.items()]
    words += [f"at {as_text(each['at'])}"] if "at" in each else []
    return " ".join(words)


def _percent(probability: Any) -> str:
    if isinstance(probability, int | float):
        return f"{100 * probability:g} %"
    return as_text(probability)


def _values(value: Any) -> str:
    parts = value.values() if isinstance(value, dict) else [value]
    return " ".join(_beginning(as_text(part)) for part in parts)


def _beginning(text: str) -> str:
    first = text.split()[: FIRST_WORDS + 1]
    return text if len(first) <= FIRST_WORDS else " ".join(first[:-1]) + LEFT_OUT
