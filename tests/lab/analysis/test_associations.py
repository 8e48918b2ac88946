"""How far measures go with completion, by pencil and in studies whose truth is known."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from company.lab.analysis.association import FEWEST, associations
from company.lab.analysis.interval import Interval, Unknown


def frame(
    completed: list[float], measured: list[float | None], condition: str = "a"
) -> pl.DataFrame:
    """One run a task."""
    tasks = [f"task {number}" for number in range(len(completed))]
    columns = {"completed": completed, "words": measured}
    return pl.DataFrame({"condition": [condition] * len(tasks), "task": tasks, **columns})


def test_it_is_spearmans_rho() -> None:
    chance = np.random.default_rng(3)
    completed = chance.integers(0, 2, 40).astype(float).tolist()
    words = (chance.normal(size=40) ** 3 + np.array(completed)).tolist()
    (one,) = associations(frame(completed, words), "completed", ["words"])
    assert one.correlation == pytest.approx(stats.spearmanr(completed, words).statistic)
    assert (one.tasks, one.runs) == (40, 40)


def test_what_a_condition_changes_in_both_is_no_association() -> None:
    """Under b all is more and more is completed, and within each condition the two have nothing to do with each other."""
    a = frame([0.0, 0.0, 0.0, 1.0] * 6, [1.0, 2.0, 3.0, 2.0] * 6, "a")
    b = frame([1.0, 1.0, 1.0, 0.0] * 6, [11.0, 12.0, 13.0, 12.0] * 6, "b")
    both = pl.concat([a, b])
    assert stats.spearmanr(both["completed"], both["words"]).statistic > 0.3
    (one,) = associations(both, "completed", ["words"])
    assert one.correlation == pytest.approx(0.0)


def test_what_never_varies_where_the_outcome_does_is_left_out() -> None:
    same = frame([0.0, 1.0] * 12, [5.0] * 24)
    never = frame([1.0] * 24, [float(n) for n in range(24)], "b")
    assert associations(pl.concat([same, never]), "completed", ["words"]) == ()
    assert associations(frame([0.0, 1.0], [None, None]), "completed", ["words"]) == ()


def test_runs_in_which_it_was_not_measured_do_not_count() -> None:
    (one,) = associations(
        frame([0.0, 1.0, 1.0, 0.0], [1.0, 2.0, 3.0, None]), "completed", ["words"]
    )
    assert (one.runs, one.tasks) == (3, 3)
    assert one.correlation == pytest.approx(stats.spearmanr([0, 1, 1], [1, 2, 3]).statistic)


def test_few_tasks_have_no_interval_however_often_they_are_repeated() -> None:
    few = frame([0.0, 1.0] * 5, [float(n) for n in range(10)])
    (one,) = associations(pl.concat([few] * 10), "completed", ["words"])
    assert isinstance(one.interval, Unknown)
    assert str(FEWEST) in one.interval.why


def test_where_all_say_the_same_it_is_not_sure_of_it() -> None:
    """No resample holds a run that says otherwise, and one may well come next."""
    (one,) = associations(frame([0.0, 1.0] * 12, [1.0, 2.0] * 12), "completed", ["words"])
    assert one.correlation == pytest.approx(1.0)
    assert isinstance(one.interval, Interval)
    assert 0.6 < one.interval.low < 0.95
    assert one.interval.high == pytest.approx(1.0)


def test_intervals_hold_the_truth_in_at_least_93_of_100_studies() -> None:
    """Two yes/no measures with ρ = 0.5, three runs a task; `benchmarks/statistics.py` has more of them."""
    chance, held, studies = np.random.default_rng(5), 0, 200
    for _ in range(studies):
        completed = chance.random(72) < np.repeat(chance.random(24), 3)
        said = chance.random(72) < np.where(completed, 0.75, 0.25)
        one = frame(completed.astype(float).tolist(), said.astype(float).tolist())
        one = one.with_columns(task=pl.Series([f"{n // 3}" for n in range(72)]))
        (found,) = associations(one, "completed", ["words"])
        held += (
            isinstance(found.interval, Interval)
            and found.interval.low <= 0.5 <= found.interval.high
        )
    assert held / studies >= 0.93
