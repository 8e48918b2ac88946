"""An estimate goes by runs of the same kind that came to their end, and by nothing else."""

from typing import Any

import pytest

from tests.support.journals import Step, answered, asked, events, started
from warehouse.history.estimate import Spread, estimate
from warehouse.history.summary import RunSummary, SummaryFold
from warehouse.history.usage import Usage

ENDED: Step = "run.ended", "", {"status": "verified", "exit_code": 0, "reason": ""}
LIKE = RunSummary(company="pair", chain="pair", model="lmstudio:m")


def run(calls: int = 1, **more: object) -> RunSummary:
    """A run of the kind of LIKE that was handed over."""
    of_the_kind = {"company": "pair", "chain": "pair", "model": "lmstudio:m", "status": "verified"}
    return RunSummary(**{**of_the_kind, "usage": Usage(calls), **more})  # type: ignore[arg-type]


def test_no_runs_say_nothing() -> None:
    told = estimate([], LIKE)
    assert told.basis == ()
    assert (told.calls, told.prompt_tokens, told.completion_tokens) == (None, None, None)
    assert (told.cost, told.seconds) == (None, None)


def test_a_single_run_is_its_own_median() -> None:
    assert estimate([run(7)], LIKE).calls == Spread(1, 7, 7, 7, percentiles=False)


def test_the_spread_of_a_few_runs_is_the_smallest_and_the_largest() -> None:
    told = estimate([run(4), run(1), run(9), run(3)], LIKE)
    assert told.calls == Spread(4, 3.5, 1, 9, percentiles=False)


def test_the_spread_of_five_runs_and_more_is_the_tenth_and_ninetieth_percentile() -> None:
    told = estimate([run(calls) for calls in range(11)], LIKE)
    assert told.calls == Spread(11, 5, 1, 9, percentiles=True)
    five = estimate([run(calls) for calls in (10, 20, 30, 40, 50)], LIKE)
    assert five.calls == Spread(5, 30, 14, 46, percentiles=True)


def test_every_figure_has_its_own_spread() -> None:
    told = estimate(
        [
            run(usage=Usage(1, 100, 10, 0.5), seconds=60.0),
            run(usage=Usage(1, 300, 30, 1.5), seconds=80.0),
        ],
        LIKE,
    )
    assert told.prompt_tokens == Spread(2, 200, 100, 300, percentiles=False)
    assert told.completion_tokens == Spread(2, 20, 10, 30, percentiles=False)
    assert told.cost == Spread(2, 1.0, 0.5, 1.5, percentiles=False)
    assert told.seconds == Spread(2, 70.0, 60.0, 80.0, percentiles=False)


@pytest.mark.parametrize("other", ["company", "chain", "model"])
def test_runs_of_another_company_chain_or_model_do_not_count(other: str) -> None:
    told = estimate([run(1), run(100, **{other: "another"})], LIKE)
    assert [found.usage.calls for found in told.basis] == [1]


def test_verified_and_unverified_runs_count_and_the_verified_are_told() -> None:
    told = estimate([run(1), run(3, status="unverified")], LIKE)
    assert told.calls == Spread(2, 2, 1, 3, percentiles=False)
    assert told.verified == 1


@pytest.mark.parametrize("status", ["stopped", "failed", "unfinished"])
def test_runs_that_did_not_come_to_their_end_are_left_aside(status: str) -> None:
    told = estimate([run(1), run(100, status=status, run="cut")], LIKE)
    assert told.calls == Spread(1, 1, 1, 1, percentiles=False)
    assert [cut.run for cut in told.cut_short] == ["cut"]


def test_forks_are_left_aside_however_they_ended() -> None:
    forks = [run(2, parent="p"), run(3, parent="p", status="stopped")]
    told = estimate([run(9), *forks], LIKE)
    assert told.calls == Spread(1, 9, 9, 9, percentiles=False)
    assert list(told.forks) == forks
    assert told.cut_short == ()


def test_the_cost_goes_by_the_runs_whose_every_call_had_a_price() -> None:
    told = estimate([run(usage=Usage(1, known_cost=0.25)), run(usage=Usage(1, 0, 0, 0.1, 1))], LIKE)
    assert told.cost == Spread(1, 0.25, 0.25, 0.25, percentiles=False)
    assert told.calls is not None
    assert told.calls.runs == 2
    assert estimate([run(usage=Usage(1, unpriced_calls=1))], LIKE).cost is None


@pytest.mark.parametrize("cost", [float("nan"), float("inf"), 10**400, "dear"])
def test_calls_whose_figures_are_no_numbers_count_as_nothing(cost: Any) -> None:
    steps = [started(), asked("1.a/turn-1", ""), answered("1.a/turn-1", "", cost=cost)]
    told = estimate([SummaryFold(events([*steps, ENDED])).summary], LIKE)
    nothing = Spread(1, 0.0, 0.0, 0.0, percentiles=False)
    assert (told.calls, told.cost, told.prompt_tokens) == (nothing, nothing, nothing)
