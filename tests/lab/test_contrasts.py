"""Effects of factors over a grid, and sums of conditions, from the study's file to the sentence of the report."""

from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from company.errors import ConfigurationError
from company.lab.analysis.analysis import analyse
from company.lab.design.contrasts import Weighed, contrasts_of
from company.lab.design.design import conditions_of
from company.lab.design.experiment_card import ExperimentCard
from company.lab.report.report import report_page
from company.lab.report.wording import findings
from tests.support.studies import study

TWO = {"company": ["solo", "pair"], "temperature": [0.2, 0.8]}


def card(**more: Any) -> ExperimentCard:
    usual: dict[str, Any] = {"name": "x", "tasks": ["t"], "factors": TWO, "compare": "factors"}
    return ExperimentCard.model_validate({**usual, **more})


def weighed(given: ExperimentCard) -> dict[str, Weighed]:
    return {each.name: each for each in contrasts_of(given, conditions_of(given))}


def test_two_factors_of_two_levels_have_two_main_effects_and_an_interaction() -> None:
    assert weighed(card()) == {
        "pair": Weighed(
            "pair", "solo",
            {"solo, temperature=0.2": -0.5, "solo, temperature=0.8": -0.5, "pair, temperature=0.2": 0.5, "pair, temperature=0.8": 0.5},
        ),
        "temperature=0.8": Weighed(
            "temperature=0.8", "temperature=0.2",
            {"solo, temperature=0.2": -0.5, "solo, temperature=0.8": 0.5, "pair, temperature=0.2": -0.5, "pair, temperature=0.8": 0.5},
        ),
        "pair × temperature=0.8": Weighed(
            "pair × temperature=0.8", "both by themselves",
            {"solo, temperature=0.2": 1.0, "solo, temperature=0.8": -1.0, "pair, temperature=0.2": -1.0, "pair, temperature=0.8": 1.0},
        ),
    }  # fmt: skip


def test_three_numbers_are_a_line_and_three_words_are_two_differences() -> None:
    given = card(factors={"temperature": [0.0, 1.0, 0.5], "company": ["solo", "pair", "team"]})
    named = weighed(given)
    assert list(named) == [
        "temperature=0.0 to 1.0", "pair", "team", "temperature=0.0 to 1.0 × pair", "temperature=0.0 to 1.0 × team",
    ]  # fmt: skip
    line = named["temperature=0.0 to 1.0"]
    assert line.against == "0"
    assert line.weights["temperature=1.0, solo"] == pytest.approx(1 / 3)
    assert "temperature=0.5, solo" not in line.weights


LEVELS = st.integers(2, 4)


@settings(max_examples=40)
@given(LEVELS, LEVELS, st.randoms(use_true_random=False))
def test_effects_are_found_whatever_the_others_do(one: int, other: int, chance: Any) -> None:
    """Of cells that are sums of what each level does, main effects are those and interactions nothing."""
    first = [f"a{n}" for n in range(one)]
    second = [f"b{n}" for n in range(other)]
    given = card(factors={"company": first, "chain": second})
    does = {level: chance.uniform(-1, 1) for level in [*first, *second]}
    cells = {f"{a}, {b}": does[a] + does[b] for a, b in product(first, second)}
    for name, each in weighed(given).items():
        total = sum(weight * cells[cell] for cell, weight in each.weights.items())
        assert sum(each.weights.values()) == pytest.approx(0, abs=1e-9)
        meant = 0.0 if "×" in name else does[name] - does[each.against]
        assert total == pytest.approx(meant, abs=1e-9)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"design": "one_factor"}, "'compare: factors' is about a grid"),
        ({"contrasts": [{"name": "c", "weights": {"solo, temperature=0.2": 1.0, "pair, temperature=0.2": -0.5}}]}, "sum up to 0.5"),
        ({"contrasts": [{"name": "c", "weights": {"solo, temperature=0.3": 1.0, "pair, temperature=0.2": -1.0}}]}, "no condition is 'solo, temperature=0.3'"),
        ({"contrasts": [{"name": "pair", "weights": {"solo, temperature=0.8": 1.0, "pair, temperature=0.2": -1.0}}]}, "'pair' is the name of something else"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(more: dict[str, Any], says: str) -> None:
    given = card(**more)
    with pytest.raises(ConfigurationError, match=says):
        contrasts_of(given, conditions_of(given))


def results(
    tasks: int = 12, repetitions: int = 2, missing: tuple[str, str] | None = None
) -> pl.DataFrame:
    """Runs in which `pair` adds 3 and the temperature nothing, with some noise between repetitions."""
    chance = np.random.default_rng(1)
    rows = [
        {
            "condition": f"{company}, temperature={temperature}", "task": f"t{task}", "category": "",
            "repetition": repetition, "status": "verified", "run": f"{company}{temperature}{task}{repetition}",
            "calls": 10.0 + task + 3.0 * (company == "pair") + chance.normal(0, 0.5),
        }
        for company, temperature, task, repetition in product(
            ("solo", "pair"), (0.2, 0.8), range(tasks), range(1, repetitions + 1)
        )
        if (f"{company}, temperature={temperature}", f"t{task}") != missing
    ]  # fmt: skip
    return pl.DataFrame(rows)


def of_effects(frame: pl.DataFrame) -> Any:
    given = card(metrics=["calls"])
    conditions = conditions_of(given)
    return study(
        frame=frame,
        conditions={each.name: each.shown() for each in conditions},
        baseline=conditions[0].name,
        metrics=("calls",),
        compares_conditions=False,
        contrasts=contrasts_of(given, conditions),
    )


def test_a_main_effect_is_shown_and_no_other() -> None:
    read = of_effects(results())
    analysis = analyse(read)
    by_name = {each.condition: each for each in analysis.comparisons}
    assert {name for name, each in by_name.items() if each.shown} == {"pair"}
    assert by_name["pair"].difference == pytest.approx(3, abs=0.3)
    assert (by_name["pair"].tasks, by_name["pair"].runs, by_name["pair"].unused) == (12, 96, 0)
    heads = [each.head for each in findings(read, analysis)]
    assert heads[0].startswith("Calls: higher by") and "under pair than under solo" in heads[0]
    page = report_page(read, analysis)
    assert "pair × temperature=0.8" in page and "against both by themselves" in page


def test_a_task_that_was_not_done_everywhere_is_left_out_and_counted() -> None:
    analysis = analyse(of_effects(results(missing=("pair, temperature=0.8", "t3"))))
    assert {(each.tasks, each.runs, each.unused) for each in analysis.comparisons} == {(11, 88, 6)}


def test_a_condition_that_was_never_measured_is_named() -> None:
    frame = results().filter(pl.col("condition") != "pair, temperature=0.8")
    analysis = analyse(of_effects(frame))
    assert not analysis.comparisons
    assert {each.why for each in analysis.incomparable} == {
        "it was measured in no run of pair, temperature=0.8"
    }
