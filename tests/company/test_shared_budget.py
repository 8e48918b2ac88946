"""What the runs of a batch may use together."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from company.cards.company_card import RunLimits
from company.engine.budget import Budget, Estimate, SharedBudget, Spending
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import BudgetReached
from tests.support.houses import house, one_phase_company
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import Reply, ScriptedProvider
from tests.support.waiting import PATIENCE
from warehouse.events import UsedInVain
from warehouse.events.conversion import as_json
from warehouse.history.usage import Usage
from warehouse.journal.journal import read_events

PROGRAM = file_block("main.py", "print(1)")
RUNS = 12


@pytest.fixture
async def provider() -> AsyncIterator[ScriptedProvider]:
    """Takes its time, so that the calls of all runs are under way together."""
    async with ScriptedProvider([PROGRAM], latency=0.05) as serving:
        yield serving


async def batch(
    folder: Path,
    provider: ScriptedProvider,
    shared_budget: SharedBudget,
    limits: RunLimits | None = None,
) -> list[Run | BaseException]:
    """Runs of one call each, side by side; each the run, or what it failed with."""
    people = {"instructor": "cto", "assistant": "programmer"}
    yields = {"files": {}}
    one_phase_company(
        folder / "cards", talk=people, sees=["task"], yields=yields, max_reply_tokens=500
    )
    company = house(folder, provider)
    async with open_resources("none", shared_budget=shared_budget) as resources:
        runs = (
            company.work(
                "a clock", products=folder / "products", seed=n, limits=limits, resources=resources
            )
            for n in range(RUNS)
        )
        return await asyncio.gather(*runs, return_exceptions=True)


def refusals(outcomes: Sequence[Run | BaseException]) -> list[str]:
    return [str(outcome) for outcome in outcomes if isinstance(outcome, BudgetReached)]


# Whole runs


async def test_a_shared_budget_of_so_many_calls_makes_so_many_and_names_the_batch(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    shared_budget = SharedBudget(RunLimits(calls=5))
    said = refusals(await batch(tmp_path, provider, shared_budget))
    assert len(provider.calls) == 5
    assert set(said) == {
        "The call limit of the whole batch, 5, would be passed by the next call (5 used so far by"
        " all its runs). Nothing is lost: the same command with a higher --max-calls goes on with"
        " the batch."
    }
    assert len(said) == RUNS - 5
    assert shared_budget.exhausted is not None and shared_budget.exhausted.exit_code == 3


async def test_a_run_that_the_shared_budget_stopped_can_be_taken_up_again(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    await batch(tmp_path, provider, SharedBudget(RunLimits(calls=RUNS - 1)))
    journals = list((tmp_path / "products").glob("*/journal.jsonl"))
    (stopped,) = (
        path.parent
        for path in journals
        if as_json(read_events(path)[-1].data)["status"] == "stopped"
    )
    spent = Spending(Usage(RUNS - 1))
    async with open_resources(
        "none", shared_budget=SharedBudget(RunLimits(calls=RUNS), spent)
    ) as resources:
        run = Run.reopen(stopped, resources)
        await run.work()
    assert run.product.files() == {"main.py": b"print(1)\n"}


async def test_tokens_of_all_runs_stay_within_the_shared_budget_and_use_it_up(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    """What a call might use is far more than it does, and is lent out meanwhile."""
    free = SharedBudget()
    await batch(tmp_path / "free", provider, free)
    one = free.spent.tokens // RUNS
    shared_budget = SharedBudget(RunLimits(tokens=2_000))
    said = refusals(await batch(tmp_path / "poor", provider, shared_budget))
    assert shared_budget.spent.tokens <= 2_000 < shared_budget.spent.tokens + one + 1_000
    assert len(said) == RUNS - shared_budget.spent.calls > 0
    assert "token limit of the whole batch, 2,000" in said[0]


async def test_who_has_no_room_for_the_moment_waits_for_others(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    """Together the runs might use eight times the shared budget; they do use less than it holds."""
    shared_budget = SharedBudget(RunLimits(tokens=3_000))
    outcomes = await batch(tmp_path, provider, shared_budget)
    assert refusals(outcomes) == []
    assert 1 < provider.most_in_flight < RUNS
    assert shared_budget.exhausted is None


async def test_a_run_keeps_its_own_limits_beside_the_shared_budget(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    shared_budget = SharedBudget(RunLimits(calls=100))
    said = refusals(await batch(tmp_path, provider, shared_budget, RunLimits(tokens=10)))
    assert len(said) == RUNS
    assert "token limit of 10" in said[0] and "resume the run" in said[0]
    assert shared_budget.exhausted is None


async def test_calls_that_brought_nothing_are_paid_from_the_shared_budget_too(
    tmp_path: Path,
) -> None:
    async with ScriptedProvider([Reply(PROGRAM, fault="cut")]) as provider:
        shared_budget = SharedBudget()
        outcomes = await batch(tmp_path, provider, shared_budget)
    assert all(isinstance(outcome, Exception) for outcome in outcomes)
    assert shared_budget.spent.calls == 0
    assert shared_budget.spent.tokens > 0


async def test_calls_that_were_cut_off_are_paid_from_the_shared_budget_too(tmp_path: Path) -> None:
    async with ScriptedProvider([Reply("late", latency=60)]) as provider:
        shared_budget = SharedBudget()
        running = asyncio.create_task(batch(tmp_path, provider, shared_budget))
        async with asyncio.timeout(PATIENCE):
            while len(provider.calls) < RUNS:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert shared_budget.spent.calls == 0
    assert shared_budget.spent.tokens > 0


async def test_the_time_of_a_batch_ends_its_calls_in_flight(tmp_path: Path) -> None:
    async with ScriptedProvider([Reply("late", latency=60)]) as provider:
        shared_budget = SharedBudget(RunLimits(seconds=1_000), Spending(seconds=999.5))
        said = refusals(await batch(tmp_path, provider, shared_budget))
    assert len(said) == RUNS
    assert "The time limit of the whole batch, 1000 s" in said[0]
    assert shared_budget.exhausted is not None


# The shared budget by itself


async def test_a_shared_budget_goes_on_from_what_earlier_sessions_spent() -> None:
    shared_budget = SharedBudget(
        RunLimits(usd=1.0), Spending(Usage(known_cost=1.0)), whose="experiment"
    )
    with pytest.raises(BudgetReached, match=r"whole experiment, \$1\.00.*\$1\.0000 used.*--budget"):
        async with Budget(shared_budget=shared_budget).admit(Estimate(100, 0.01)):
            pytest.fail("the call was made")


async def test_one_that_was_given_up_while_it_waited_holds_nothing_aside() -> None:
    shared_budget = SharedBudget(RunLimits(tokens=100))
    waiting = asyncio.create_task(take(Budget(shared_budget=shared_budget), 80))
    async with Budget(shared_budget=shared_budget).admit(Estimate(50)):
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        async with Budget(shared_budget=shared_budget).admit(Estimate(50)):
            assert shared_budget.exhausted is None


async def test_those_who_wait_are_served_in_their_order() -> None:
    shared_budget, served = SharedBudget(RunLimits(tokens=100)), []

    async def call(name: str, tokens: int) -> None:
        async with Budget(shared_budget=shared_budget).admit(Estimate(tokens)):
            served.append(name)

    async with AsyncExitStack() as lent:
        await lent.enter_async_context(Budget(shared_budget=shared_budget).admit(Estimate(90)))
        calls = [asyncio.create_task(call("large", 100)), asyncio.create_task(call("small", 5))]
        for _ in range(5):
            await asyncio.sleep(0)
        assert served == []
    await asyncio.gather(*calls)
    assert served == ["large", "small"]


async def test_the_time_of_a_run_goes_on_while_it_waits_for_the_shared_budget() -> None:
    shared_budget = SharedBudget(RunLimits(tokens=100))
    async with Budget(shared_budget=shared_budget).admit(Estimate(100)):
        with pytest.raises(BudgetReached, match=r"time limit of 0\.05 s.*resume the run"):
            await take(Budget(RunLimits(seconds=0.05), shared_budget=shared_budget), 10)


async def test_what_broken_attempts_used_is_not_lent_to_others() -> None:
    shared_budget = SharedBudget(RunLimits(tokens=100))
    async with Budget(shared_budget=shared_budget).admit(Estimate(30)) as reservation:
        reservation.afford(UsedInVain(20, 10))
        reservation.afford(UsedInVain(20, 40))
        with pytest.raises(BudgetReached, match="token limit of the whole batch"):
            reservation.afford(UsedInVain(20, 60))
        started = time.monotonic()
        with pytest.raises(BudgetReached, match="time limit"):
            await take(Budget(RunLimits(seconds=0.05), shared_budget=shared_budget), 20)
        assert time.monotonic() - started >= 0.05
    await take(Budget(shared_budget=shared_budget), 100)


async def take(budget: Budget, tokens: int) -> None:
    """A call that is over as soon as it is admitted."""
    async with budget.admit(Estimate(tokens)):
        return
