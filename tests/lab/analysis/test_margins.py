"""When two conditions are called the same: shown to differ by less than a margin that was said beforehand."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from company.cards.problems import CardError
from company.lab.analysis.analysis import analyse
from company.lab.analysis.comparison import Comparison
from company.lab.experiment import Experiment
from tests.support.studies import each_task, results, study


def compared(
    metric: str, solo: Sequence[float], pair: Sequence[float], margin: float
) -> Comparison:
    rows = [*each_task("solo", metric, [*solo]), *each_task("pair", metric, [*pair])]
    asked = study(results(rows), metrics=(metric,), margins={metric: margin})
    (one,) = analyse(asked).comparisons
    return one


def test_that_nothing_differed_in_a_few_tasks_does_not_make_conditions_the_same() -> None:
    few = [1.0, 0.0] * 4
    assert not compared("completed", few, few, 0.1).is_within


def test_that_nothing_differed_in_many_tasks_bounds_how_many_may() -> None:
    many = [1.0, 0.0] * 30
    assert compared("completed", many, many, 0.1).is_within
    assert not compared("completed", many, many, 0.01).is_within


@pytest.mark.parametrize(("risen", "is_within"), [(1, True), (2, False)])
def test_where_few_tasks_moved_it_is_their_likely_share_that_counts(
    risen: int, is_within: bool
) -> None:
    solo, pair = [0.0] * 50, [1.0] * risen + [0.0] * (50 - risen)
    assert compared("completed", solo, pair, 0.1).is_within is is_within


def test_where_many_moved_either_way_it_is_the_interval() -> None:
    solo, pair = [0.0, 1.0] * 10 + [1.0] * 180, [1.0, 0.0] * 10 + [1.0] * 180
    assert compared("completed", solo, pair, 0.1).is_within
    assert not compared("completed", solo, pair, 0.02).is_within


def test_spending_is_the_same_within_a_factor() -> None:
    solo = [100.0 * number for number in range(1, 13)]
    pair = [value * times for value, times in zip(solo, [1.02, 0.97] * 6, strict=True)]
    assert compared("tokens", solo, pair, 1.1).is_within
    assert not compared("tokens", solo, pair, 1.01).is_within
    assert not compared("tokens", [0.0, *solo[1:]], [0.0, *pair[1:]], 1.1).is_within


@pytest.mark.parametrize("tasks", [5, 6])
def test_with_too_few_tasks_to_be_so_sure_nothing_is_called_the_same(tasks: int) -> None:
    solo = [float(number) for number in range(tasks)]
    pair = [value + 0.1 * (-1) ** number for number, value in enumerate(solo)]
    assert compared("code_lines", solo, pair, 5.0).is_within


def test_of_amounts_that_hardly_ever_differ_nothing_is_said() -> None:
    solo = [0.0] * 40
    assert not compared("failed_phases", solo, [*solo[1:], 1.0], 5.0).is_within


def test_what_differs_by_more_is_not_the_same() -> None:
    solo = [float(number) for number in range(20)]
    pair = [value + 3 + number % 2 for number, value in enumerate(solo)]
    assert not compared("code_lines", solo, pair, 2.0).is_within
    assert compared("code_lines", solo, pair, 5.0).is_within


@pytest.mark.parametrize(
    ("margins", "says"),
    [
        ({"complete": 0.1}, "'complete' is none of the metrics — did you mean 'completed'?"),
        ({"completed": 1.5}, "0.1 is 10 points"),
        ({"tokens": 0.2}, "a factor above 1"),
        ({"completed": 0}, "greater than 0"),
    ],
)
def test_what_is_no_margin_is_told_with_its_line(
    margins: dict[str, float], says: str, tmp_path: Path
) -> None:
    path = tmp_path / "study.yaml"
    card = {"name": "s", "tasks": ["t"], "factors": {"company": ["solo", "pair"]}}
    path.write_text(yaml.safe_dump({**card, "margins": margins}, sort_keys=False))
    with pytest.raises(CardError) as raised:
        Experiment.load(path)
    assert says in str(raised.value)
    assert "study.yaml:9" in str(raised.value)
