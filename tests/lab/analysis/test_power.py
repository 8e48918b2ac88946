"""Power: what is claimed of a study to come is what such studies show, by the test of the report."""

from math import sqrt

import numpy as np
import pytest

from company.lab.analysis import power
from company.lab.analysis.contrast import Contrast
from company.lab.analysis.interval import Unknown
from company.lab.analysis.power import Scatter
from company.lab.analysis.reach import ALPHA, fewest_tasks, futility, least_p, level_of

STUDIES = 4_000
each_size = pytest.mark.parametrize("tasks", [6, 9, 12])


def shown(studies: np.ndarray, level: float) -> float:
    """The share of these studies that show their difference."""
    return float(np.mean(power.p_values(studies) <= level))


@each_size
def test_studies_are_tested_as_the_report_tests_them(tasks: int) -> None:
    chance = np.random.default_rng(tasks)
    amounts = chance.normal(0.5, 1.0, (6, tasks)) * 10.0 ** chance.integers(-6, 6, (6, 1))
    halves = chance.integers(-2, 3, (6, tasks)) / 2
    studies = np.concatenate([amounts, halves, np.zeros((1, tasks))])
    expected = [Contrast(each).p_value() for each in studies]
    assert power.p_values(studies) == pytest.approx(expected)


@each_size
@pytest.mark.parametrize("level", [ALPHA, level_of(6)])
def test_the_power_claimed_of_an_amount_is_the_power_there_is(tasks: int, level: float) -> None:
    if least_p(tasks) > level:
        assert power.power(Scatter(1.0, 1.0), 9.0, tasks, 2, level) == 0.0
        return
    scatter, chance = Scatter(300.0, 800.0), np.random.default_rng(9)
    found = power.detectable(scatter, tasks, 2, level)
    assert isinstance(found, float)
    true = chance.normal(found, 300.0, (STUDIES, tasks, 1))
    studies = (true + chance.normal(0.0, 800.0, (STUDIES, tasks, 2))).mean(axis=2)
    assert shown(studies, level) == pytest.approx(power.POWER, abs=0.05)
    half = power.power(scatter, found / 2, tasks, 2, level)
    assert shown(studies - found / 2, level) == pytest.approx(half, abs=0.05)


@each_size
def test_the_power_claimed_of_yes_or_no_is_the_power_there_is(tasks: int) -> None:
    """Half of the tasks are out of reach; of the others each run that fails alone may be rescued."""
    chance, rescued = np.random.default_rng(10), 0.9
    reach = chance.random((STUDIES, tasks, 1)) < 0.5
    alone = reach & (chance.random((STUDIES, tasks, 3)) < 0.2)
    differences = (reach & ~alone & (chance.random((STUDIES, tasks, 3)) < rescued)).astype(float)
    within = float(differences.var(axis=2, ddof=1).mean())
    between = float(differences.mean(axis=2).var()) - within / 3
    scatter = Scatter(sqrt(between), sqrt(within), yes_no=True, moving=0.5)
    claimed = power.power(scatter, float(differences.mean()), tasks, 3, ALPHA)
    assert shown(differences.mean(axis=2), ALPHA) == pytest.approx(claimed, abs=0.05)


def test_tasks_needed_are_the_fewest_that_show_it_four_times_of_five() -> None:
    scatter = Scatter(0.1, 0.4, yes_no=True)
    once, often = (power.tasks_needed(scatter, 0.4, times, ALPHA) for times in (1, 3))
    assert once is not None
    assert often is not None
    assert often < once
    assert power.power(scatter, 0.4, often, 3, ALPHA) >= power.POWER
    assert power.power(scatter, 0.4, often - 1, 3, ALPHA) < power.POWER
    assert power.tasks_needed(Scatter(1.0, 0.0), 0.001, 1, ALPHA) is None


def test_many_tasks_are_reckoned_by_t_and_agree_with_the_fewer() -> None:
    for level in (ALPHA, level_of(12)):
        by_t = power.detectable_deviations(power.MANY + 1, level)
        by_signs, again = (
            power.power(Scatter(1.0, 0.0), by_t, power.MANY + more, 1, level) for more in (0, 1)
        )
        assert again == pytest.approx(power.POWER, abs=0.01)
        assert by_signs == pytest.approx(power.POWER, abs=0.05)
    assert power.power(Scatter(1.0, 0.0), 9.0, 16, 1, level_of(400)) == 1.0
    assert power.power(Scatter(1.0, 0.0), 9.0, 16, 1, level_of(800)) == 0.0


def test_what_no_test_could_show_is_called_so() -> None:
    all_or_nothing = Scatter(0.1, 0.5, yes_no=True)
    assert isinstance(power.detectable(Scatter(0.0, 0.0), 6, 1, ALPHA), Unknown)
    assert isinstance(power.detectable(all_or_nothing, 5, 1, ALPHA), Unknown)


def test_what_does_not_scatter_is_shown_however_small_it_is() -> None:
    still = Scatter(0.0, 0.0)
    assert power.power(still, 0.001, 7, 2, 0.05 / 3) == 1.0
    assert power.detectable(still, 7, 2, 0.05 / 3) == Unknown(
        "nothing scatters, so any difference is shown, however small"
    )


def test_a_design_that_can_show_nothing_is_told_with_what_it_takes() -> None:
    assert futility(6, 1) == futility(9, 12) == ""
    assert futility(5, 1) == (
        "This design can show nothing, however large a difference is: 5 tasks give a p of 0.0625 at the"
        " least, and 1 comparison needs 0.05. It takes at least 6 tasks, or fewer conditions or primary metrics."
    )
    assert [fewest_tasks(level_of(n)) for n in (1, 3, 6, 12, 25)] == [6, 7, 8, 9, 10]
    assert fewest_tasks(level_of(1_000)) is None


@pytest.mark.parametrize("yes_no", [False, True])
@pytest.mark.parametrize(
    "weights", [(0.5, 0.5, -0.5, -0.5), (1.0, -1.0, -1.0, 1.0)], ids=["main", "interaction"]
)
def test_what_is_claimed_of_an_effect_over_a_grid_is_what_such_grids_show(
    weights: tuple[float, ...], *, yes_no: bool
) -> None:
    """Four conditions, each of which scatters by itself; a difference of two scatters by √2 of that."""
    tasks, repetitions, chance = 20, 2, np.random.default_rng(5)
    within = sqrt(0.25) if yes_no else 0.35
    of_two = Scatter(0.0 if yes_no else 0.2 * sqrt(2), within * sqrt(2), yes_no)
    own = of_two.of_contrast(weights)
    least = power.detectable(own, tasks, repetitions, ALPHA)
    assert isinstance(least, float)
    means = np.array(weights) * least / sum(weight**2 for weight in weights)
    shape = (STUDIES, tasks, 4, repetitions)
    if yes_no:
        runs = (chance.random(shape) < 0.5 + means[:, None]).astype(float)
    else:
        of_tasks = chance.normal(means, 0.2, shape[:3])
        runs = of_tasks[..., None] + chance.normal(0, within, shape)
    studies = runs.mean(axis=3) @ np.array(weights)
    assert shown(studies, ALPHA) == pytest.approx(power.POWER, abs=0.05)
