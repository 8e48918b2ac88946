"""Holm's correction and effect sizes, against textbooks, scipy and arithmetic by hand."""

import numpy as np
import pytest
from scipy import stats

from company.lab.analysis.comparison import holm
from company.lab.analysis.contrast import (
    cohens_dz,
    rank_biserial,
)
from company.lab.analysis.interval import Unknown

DIFFERENCES = np.array([0.3, -0.1, 0.0, 0.4, 0.2, -0.05])


def test_holm_s_example() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_keeps_the_order_of_ties_and_never_exceeds_one() -> None:
    assert holm([0.6, 0.6, 0.02]) == pytest.approx([1.0, 1.0, 0.06])
    assert holm([0.2]) == [0.2]
    assert holm([]) == []


def test_cohen_s_dz_is_the_t_statistic_over_the_root_of_n() -> None:
    t = stats.ttest_1samp(DIFFERENCES, 0.0).statistic
    assert cohens_dz(DIFFERENCES).value == pytest.approx(t / np.sqrt(len(DIFFERENCES)))


def test_the_rank_biserial_is_that_of_wilcoxon_s_sums() -> None:
    moved = DIFFERENCES[DIFFERENCES != 0]
    smaller = stats.wilcoxon(moved).statistic
    total = len(moved) * (len(moved) + 1) / 2
    assert rank_biserial(DIFFERENCES).value == pytest.approx((total - 2 * smaller) / total)
    assert rank_biserial(np.zeros(4)).value == 0.0
    assert rank_biserial(np.array([0.1, 0.2])).value == 1.0


def test_the_rank_biserial_says_of_how_many_tasks_it_is() -> None:
    assert rank_biserial(np.array([0.5, 0, 0, 0])).moved == 1
    assert rank_biserial(np.array([0.1, 0.2])).moved == 2
    assert cohens_dz(DIFFERENCES).moved is None


@pytest.mark.parametrize("values", [np.array([0.5]), np.array([0.2, 0.2, 0.2])])
def test_there_is_no_standardised_effect_without_scatter(values: np.ndarray) -> None:
    assert isinstance(cohens_dz(values).value, Unknown)
