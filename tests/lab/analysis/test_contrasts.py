"""The tests of differences: as by hand, as scipy's, and as strong as they say."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from company.lab.analysis.contrast import MOVED, PERMUTATIONS, Contrast
from company.lab.analysis.interval import Interval, Unknown
from company.lab.analysis.power import p_values

DIFFERENCES = np.array([0.3, -0.1, 0.25, 0.4, 0.2, 0.05, 0.0])


def test_the_sign_flip_test_counts_all_signs() -> None:
    seen = abs(DIFFERENCES.mean())
    means = [abs(np.mean(DIFFERENCES * signs)) for signs in product((1, -1), repeat=7)]
    by_hand = np.mean([mean >= seen - 1e-12 for mean in means])
    assert Contrast(DIFFERENCES).p_value() == pytest.approx(by_hand)


def test_for_yes_and_no_it_is_mcnemar_s_exact_test() -> None:
    rises, falls = 6, 1
    differences = np.array([1.0] * rises + [-1.0] * falls + [0.0] * 5)
    exact = stats.binomtest(rises, rises + falls, 0.5).pvalue
    assert Contrast(differences).p_value() == pytest.approx(exact)


def test_with_many_tasks_it_is_near_the_t_test() -> None:
    differences = np.random.default_rng(1).normal(0.3, 1.0, 60)
    t_test = stats.ttest_1samp(differences, 0.0).pvalue
    assert Contrast(differences).p_value() == pytest.approx(t_test, abs=0.01)


def test_no_difference_at_all_is_no_evidence() -> None:
    none = Contrast(np.zeros(8))
    assert none.p_value() == 1.0
    assert none.interval() == Unknown("no task differed")
    assert none.detectable(0.05) == Unknown(
        "no task differed; of all such tasks up to 31% still may"
    )


def test_the_least_p_is_reached_when_all_tasks_go_one_way() -> None:
    for tasks in (2, 5, 9):
        paired = Contrast(np.linspace(1.0, 2.0, tasks))
        assert paired.p_value() == pytest.approx(paired.least_p()) == 2 / 2**tasks
    many = Contrast(np.linspace(1.0, 2.0, 40))
    assert many.p_value() == pytest.approx(many.least_p()) == 2 / (PERMUTATIONS + 1)


def test_too_few_tasks_say_that_they_could_not_have_shown_anything() -> None:
    six = Contrast(DIFFERENCES[:6])
    assert six.least_p() == 2 / 64
    assert isinstance(six.detectable(0.05), float)
    assert six.detectable(0.05 / 2) == Unknown(
        "6 tasks are too few to show any difference: it takes a p of 0.025"
    )


def test_where_few_tasks_moved_no_difference_is_called_one_that_would_have_been_seen() -> None:
    """One task of seven gives a p of 1, and five give 0.0625: larger differences of so few give no other."""
    one_moved = Contrast(np.array([0.25, 0, 0, 0, 0, 0, 0]))
    assert one_moved.p_value() == 1.0
    assert one_moved.detectable(0.05 / 3) == Unknown(
        "only 1 of 7 tasks differed, and it takes 7 that differ to show anything at a p of 0.017"
    )
    five_moved = Contrast(np.array([1.0, 1.0, 0.75, 1.0, 0.5, 0, 0]))
    assert five_moved.p_value() == pytest.approx(2 / 2**5)
    assert five_moved.detectable(0.05 / 3) == Unknown(
        "only 5 of 7 tasks differed, and it takes 7 that differ to show anything at a p of 0.017"
    )
    assert isinstance(Contrast(np.array([1.0, 0.5, 0.5, 1.0, -0.5, 1, 0])).detectable(0.05), float)


def test_one_task_alone_is_no_study() -> None:
    one = Contrast(np.array([0.5]))
    assert one.p_value() == 1.0
    assert isinstance(one.interval(), Unknown)
    assert isinstance(one.detectable(0.05), Unknown)


def test_a_difference_of_the_detectable_size_is_found_four_times_of_five() -> None:
    chance, tasks = np.random.default_rng(7), 10
    scatter = chance.normal(0.0, 1.0, tasks)
    scatter = (scatter - scatter.mean()) / scatter.std(ddof=1)
    detectable = Contrast(scatter).detectable(0.05)
    assert isinstance(detectable, float)
    found = p_values(chance.normal(detectable, 1.0, (2_000, tasks))) <= 0.05
    assert np.mean(found) == pytest.approx(0.8, abs=0.04)


def test_yes_no_is_told_as_a_risk_difference_and_amounts_in_standard_deviations() -> None:
    paired = Contrast(DIFFERENCES)
    assert [each.name for each in paired.effects(yes_no=True)] == [
        "risk difference",
        "rank-biserial r",
    ]
    assert [each.name for each in paired.effects(yes_no=False)] == [
        "Cohen's d_z",
        "rank-biserial r",
    ]


def test_no_interval_leaves_the_range_of_a_share() -> None:
    for sign in (1, -1):
        interval = Contrast(sign * np.array([1.0, 1, 1, 1, 1, 0.5, 0])).interval(largest=1.0)
        assert isinstance(interval, Interval)
        assert max(interval.low, interval.high, key=abs) == sign


@pytest.mark.parametrize("tasks", [8, 12, 36])
@pytest.mark.parametrize(
    ("rise", "fall"), [(0.05, 0.05), (0.1, 0.1), (0.1, 0.0), (0.2, 0.0), (0.3, 0.1), (0.5, 0.0)]
)
def test_of_tasks_that_are_solved_always_or_never_the_interval_holds_where_few_moved(
    tasks: int, rise: float, fall: float
) -> None:
    chance, held = np.random.default_rng(8), []
    for _ in range(600):
        draw = chance.random(tasks)
        moved = np.where(draw < rise, 1.0, np.where(draw < rise + fall, -1.0, 0.0))
        if not moved.any() or min((moved > 0).sum(), (moved < 0).sum()) >= MOVED:
            continue
        interval = Contrast(moved).interval(largest=1.0)
        assert isinstance(interval, Interval)
        held.append(interval.low <= rise - fall <= interval.high)
    assert np.mean(held) >= 0.93
