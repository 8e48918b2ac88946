"""Holm's correction and effect sizes, against textbooks, scipy and arithmetic by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from company.lab.analysis.comparison import compare, holm
from company.lab.analysis.contrast import (
    cohens_dz,
    rank_biserial,
)
from company.lab.analysis.interval import Unknown
from tests.support.studies import usual_results

DIFFERENCES = np.array([0.3, -0.1, 0.0, 0.4, 0.2, -0.05])


def test_holm_s_example() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_keeps_the_order_of_ties_and_never_exceeds_one() -> None:
    assert holm([0.6, 0.6, 0.02]) == pytest.approx([1.0, 1.0, 0.06])
    assert holm([0.2]) == [0.2]
    assert holm([]) == []


def test_what_was_registered_counts_among_its_like_and_the_rest_among_all() -> None:
    """So no hypothesis that came later makes a registered one harder to show, nor becomes as good as one."""
    frame = usual_results(tasks=12)
    given = {
        "conditions": ["solo", "pair", "pair without tester"],
        "baseline": "solo",
        "paired": True,
    }
    alone, _ = compare(frame, metrics=["checks_passed"], **given)
    of_all, _ = compare(frame, metrics=["checks_passed", "tokens", "seconds"], **given)
    mixed, _ = compare(
        frame,
        metrics=["checks_passed", "tokens", "seconds"],
        is_meant=lambda metric, _: metric == "checks_passed",
        **given,
    )
    assert list(mixed[:2]) == [replace(each, is_confirmatory=True) for each in alone]
    assert list(mixed[2:]) == list(of_all[2:])
    assert [each.among for each in mixed] == [2, 2, 6, 6, 6, 6]


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
