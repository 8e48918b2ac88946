"""Looking at a study before its end: what p is worth then, and what a look is about."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from company.lab.analysis.analysis import analyse
from company.lab.analysis.interval import Unknown
from company.lab.analysis.looks import idle_looks, nominal_level, p_with_looks
from company.lab.analysis.study import Study, look_at, whole
from company.lab.report.wording import findings, look_note
from tests.support.studies import Row, results, row, study

THIRDS = (1 / 3, 2 / 3, 1.0)


@pytest.mark.parametrize(
    "bounds",
    [
        (2.963, 1.969),
        (3.710, 2.511, 1.993),
        (4.333, 2.963, 2.359, 2.014),
        (4.877, 3.357, 2.680, 2.290, 2.031),
    ],
)
def test_bounds_are_those_that_are_published(bounds: tuple[float, ...]) -> None:
    """Of equally spaced looks, as the packages ldbounds and gsDesign print them."""
    fractions = [(number + 1) / len(bounds) for number in range(len(bounds))]
    for number, bound in enumerate(bounds):
        level = nominal_level(0.05, tuple(fractions[: number + 1]))
        assert stats.norm.isf(level / 2) == pytest.approx(bound, abs=2e-3)


def test_one_look_at_the_end_counts_as_none() -> None:
    assert p_with_looks(0.03, (1.0,)) == 0.03
    assert nominal_level(0.05, (1.0,)) == 0.05


@settings(max_examples=40, deadline=None)
@given(
    p=st.floats(1e-6, 0.9),
    parts=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    rest=st.integers(0, 9),
)
def test_a_p_with_looks_is_the_level_at_which_it_would_have_counted(
    p: float, parts: list[int], rest: int
) -> None:
    fractions = tuple(float(each) for each in np.cumsum(parts) / (sum(parts) + rest))
    counted = p_with_looks(p, fractions)
    assert counted >= p * 0.999
    if 1e-7 < counted < 0.99:
        assert nominal_level(counted, fractions) == pytest.approx(p, rel=0.01)


def test_who_looks_five_times_is_wrong_no_more_often_than_who_looks_once() -> None:
    chance, studies = np.random.default_rng(3), 20_000
    sums = chance.standard_normal((studies, 5)).cumsum(axis=1)
    fractions = [(number + 1) / 5 for number in range(5)]
    p = 2 * stats.norm.sf(np.abs(sums) / np.sqrt(np.arange(1, 6)))
    levels = [nominal_level(0.05, tuple(fractions[: number + 1])) for number in range(5)]
    assert (p <= 0.05).any(axis=1).mean() > 0.13
    assert (p <= levels).any(axis=1).mean() == pytest.approx(0.05, abs=0.005)


def looked_at(rows: list[Row], looks: tuple[int, ...] = (6, 9), tasks: int = 12) -> Study:
    """A study that is to have two runs of each task."""
    planned = {f"t{number}": 2 for number in range(tasks)}
    return study(results(rows), metrics=("code_lines",), looks=looks, planned=planned)


def made(tasks: range, **changes: object) -> list[Row]:
    return [
        row(
            name,
            f"t{number}",
            code_lines=float(10 + number % 3 + (8 + number % 2) * worse),
            **changes,
        )
        for number in tasks
        for worse, name in enumerate(("solo", "pair"))
    ]


@pytest.mark.parametrize(
    ("rows", "tasks", "fractions"),
    [
        (made(range(5)), 0, ()),
        (made(range(6)), 6, (0.5,)),
        (made(range(8)), 6, (0.5,)),
        (made(range(9)), 9, (0.5, 0.75)),
        (made(range(12)), 12, (0.5, 0.75, 1.0)),
        ([*made(range(5)), *made(range(6, 12))], 0, ()),
        ([*made(range(8)), *made(range(8, 9), status="stopped")], 6, (0.5,)),
        ([*made(range(8)), *made(range(8, 9), status="broken")], 9, (0.5, 0.75)),
        ([*made(range(1), status="stopped"), *made(range(1, 12))], 12, (1.0,)),
    ],
)
def test_a_look_is_about_the_first_tasks_once_all_their_runs_are_made(
    rows: list[Row], tasks: int, fractions: tuple[float, ...]
) -> None:
    asked = looked_at(rows)
    look = look_at(asked, whole(asked.frame))
    assert look is not None
    assert (len(look.tasks), look.fractions, look.is_last) == (tasks, fractions, tasks == 12)


def test_what_came_after_a_look_is_not_compared_yet_and_it_counts_less() -> None:
    early = analyse(looked_at([*made(range(6)), *made(range(6, 8), task_note="later")]))
    (one,) = early.comparisons
    assert one.tasks == 6
    assert one.p == pytest.approx(p_with_looks(2 / 64, (0.5,)))
    assert not one.shown and not one.can_show
    (late,) = analyse(looked_at(made(range(9)))).comparisons
    assert (late.tasks, late.shown) == (9, True)


def test_before_the_first_look_nothing_is_compared_and_the_report_says_so() -> None:
    asked = looked_at(made(range(5)))
    analysis = analyse(asked)
    assert analysis.comparisons == ()
    assert findings(asked, analysis) == []
    assert look_note(asked, analysis) == [
        "It is too early to compare anything: this study has looks after 6, 9 and all 12 tasks."
    ]
    assert look_note(looked_at(made(range(9))), analyse(looked_at(made(range(9)))))[0].startswith(
        "Look 2 of 3, after 9 of 12 tasks: "
    )


def test_a_study_of_which_nothing_was_begun_has_no_look_yet() -> None:
    analysis = analyse(looked_at([]))
    assert analysis.comparisons == ()
    assert analysis.look is not None and not analysis.look.tasks


def test_looks_that_can_show_nothing_are_known_beforehand() -> None:
    assert idle_looks((12, 24), 36, 1) == [12]
    assert idle_looks((18, 27), 36, 1) == []
    assert idle_looks((18, 27), 36, 6) == [18]
    assert idle_looks((4,), 6, 1) == [4]
    assert idle_looks((4,), 6, 3) == [4, 6]


def test_a_look_has_no_interval_that_so_few_tasks_cannot_give() -> None:
    (one,) = analyse(looked_at(made(range(6)))).comparisons
    assert isinstance(one.interval, Unknown) and "to be so sure" in one.interval.why
