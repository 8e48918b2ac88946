"""Findings: what is said of differences that are there, that may be, and that were not seen."""

from collections.abc import Mapping

from company.lab.analysis.analysis import analyse
from company.lab.report.amounts import NARROW
from company.lab.report.wording import Finding, extent, findings, power_warning
from tests.support.studies import each_task, results, row, study

SOLO = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0]


def found(
    other: list[float | None],
    *more: list[float | None],
    metric: str = "tokens",
    margins: Mapping[str, float] | None = None,
) -> list[Finding]:
    """The findings of one condition or more against `solo`, by one metric."""
    rows = each_task("solo", metric, SOLO)
    for number, values in enumerate([other, *more]):
        rows += each_task(f"pair {number}" if number else "pair", metric, values)
    asked = study(results(rows), metrics=(metric,), margins=margins or {})
    return [
        Finding(each.head.replace(NARROW, " "), each.text.replace(NARROW, " "), each.tone)
        for each in findings(asked, analyse(asked))
    ]


def test_a_difference_is_told_with_its_size_its_interval_and_whether_it_is_good() -> None:
    (one,) = found([value + 5 + value / 10 for value in SOLO], metric="own_tests")
    assert one.head == "Own tests: higher by 9.50 tests under pair than under solo"
    assert one.text.startswith("+9.50 tests (95 % interval +7.")
    assert one.text.endswith("8 tasks; p = 0.008).")
    assert one.tone == "shown"


def test_what_a_run_spends_is_told_by_ratio() -> None:
    (one,) = found([value * more for value, more in zip(SOLO, [1.4, 1.6] * 4, strict=True)])
    assert one.head == "Tokens: higher by a factor of 1.50 under pair than under solo"
    assert one.text.startswith("× 1.50 (95 % interval × 1.4")
    assert one.text.endswith("8 tasks; p = 0.008). Lower is better: this is worse.")
    (less,) = found([value / 2 + value % 3 / 100 for value in SOLO])
    assert less.head == "Tokens: lower by a factor of 2.00 under pair than under solo"


def test_what_is_shown_to_differ_by_less_than_the_margin_is_called_the_same() -> None:
    nearly = [value * more for value, more in zip(SOLO, [1.02, 0.97] * 4, strict=True)]
    (one,) = found(nearly, margins={"tokens": 1.25})
    assert one.head == "Tokens: the same within a factor of 1.25 between pair and solo"
    assert one.tone == "shown"
    (both,) = found([value * (1 + value / 1e4) for value in SOLO], margins={"tokens": 1.25})
    assert both.head.startswith("Tokens: higher by a factor of 1.0")
    assert "It is shown to be less than a factor of 1.25." in both.text
    (neither,) = found(nearly, margins={"tokens": 1.01})
    assert neither.tone == "unseen"


def test_no_difference_seen_says_what_would_have_been_seen() -> None:
    (one,) = found(
        [value + sign for value, sign in zip(SOLO, [9, -8, 7, -9, 8, -7, 9, -9], strict=True)]
    )
    assert one.head == "Tokens: no difference seen between pair and solo"
    assert "or more would probably have been seen; a smaller one may be there." in one.text
    assert one.tone == "unseen"


def test_a_difference_that_chance_explains_among_many_is_not_claimed() -> None:
    nearly = [value + more for value, more in zip(SOLO, [9, 8, 7, 9, 8, 7, 1, -2], strict=True)]
    first, *_ = found(nearly, [*SOLO], [*SOLO], [*SOLO])
    assert first.head == "Tokens: no difference shown between pair and solo"
    assert first.text.endswith(
        "Alone it would have been one (p = 0.023), among 4 it may be chance."
    )
    assert first.tone == "unsure"


def test_a_study_that_could_not_have_shown_anything_is_called_so() -> None:
    few = [
        *each_task("solo", "tokens", SOLO[:4]),
        *each_task("pair", "tokens", [value * 3 for value in SOLO[:4]]),
    ]
    asked = study(results(few), metrics=("tokens",))
    analysis = analyse(asked)
    assert power_warning(analysis) == [
        "This study could not have shown any difference, however large: it has 4 tasks for"
        " 1 comparison. It takes more tasks, or fewer primary metrics."
    ]
    (one,) = findings(asked, analysis)
    assert "no interval: 4 tasks are too few for an interval (5 are needed)" in one.text


def test_very_many_conditions_that_show_nothing_are_told_at_once() -> None:
    told = found(*[[value + number % 2 for value in SOLO] for number in [0] * 7])
    assert [each.head for each in told] == [
        "Tokens: no difference seen between solo and 7 conditions"
    ]


def test_what_cannot_be_compared_says_why() -> None:
    (one,) = found([None] * 8)
    assert one.head == "Tokens, pair: cannot be compared with solo"
    assert one.text == "It was measured in no run of pair."


def test_a_batch_is_told_by_its_means() -> None:
    asked = study(results(each_task("batch", "completed", [1.0, 0.0, 1.0, 1.0, 1.0])))
    (one,) = findings(asked, analyse(asked))
    assert one.head == f"Completed: 80{NARROW}%"
    assert one.text.startswith("95 % interval ")
    assert one.text.endswith("over 5 tasks, 5 runs.")
    assert extent(analyse(asked).totals) == "5 runs on 5 tasks, 4 of 5 completed."


def test_of_runs_without_checks_it_is_not_told_how_many_were_completed() -> None:
    asked = study(results(each_task("batch", "tokens", [9.0, 8.0])))
    assert extent(analyse(asked).totals) == "2 runs on 2 tasks, 17 tokens."


def test_what_was_spent_is_told_with_what_runs_share_once() -> None:
    first = {"tokens": 9, "paid_tokens": 9, "paid_calls": 1, "seconds": 60.0, "paid_seconds": 60.0}
    fork = first | {"paid_tokens": 0, "paid_calls": 0, "paid_cost": 0.0, "paid_seconds": 0.5}
    unpriced = study(results([row("a", "t", paid_cost=None, **first), row("b", "t", **fork)]))
    assert extent(analyse(unpriced).totals) == "2 runs on 1 task, 9 tokens, 60 s of work."
    priced = study(results([row("a", "t", paid_cost=0.5, **first), row("b", "t", **fork)]))
    assert extent(analyse(priced).totals) == "2 runs on 1 task, 9 tokens, $0.50, 60 s of work."
