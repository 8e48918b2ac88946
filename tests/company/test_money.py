"""A limit in dollars, at a provider whose prices are known."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from company.cards.company_card import RunLimits
from company.company import Company
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import BudgetReached
from tests.support.houses import branching_company, only_journal
from tests.support.scripted_company import TASK, script
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events.conversion import as_json

MODEL = "openai:gpt-4o"
ENOUGH_FOR_ONE_LONG_REPLY = 0.05
"""US dollars; what a call may come to at most is reserved before it is made."""
TOO_LITTLE_FOR_BOTH_BRANCHES = 0.043


@pytest.fixture
async def provider(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ScriptedProvider]:
    """The scripted provider in the place of one that costs money."""
    async with ScriptedProvider.from_script(script()) as serving:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
        monkeypatch.setenv("OPENAI_BASE_URL", serving.url)
        yield serving


async def work(folder: Path, company: str, usd: float | None) -> Run:
    branching_company(folder / "cards")
    house = Company.load(company, model=MODEL, overlay=folder / "cards")
    limits = RunLimits(usd=usd)
    return await house.work(
        TASK, products=folder / "products", sandbox="none", seed=1, limits=limits
    )


@pytest.mark.parametrize(
    ("company", "limit"),
    [("default", ENOUGH_FOR_ONE_LONG_REPLY), ("branches", TOO_LITTLE_FOR_BOTH_BRANCHES)],
)
async def test_dollars_are_never_spent_beyond_the_limit_and_more_of_them_end_the_run(
    tmp_path: Path, provider: ScriptedProvider, company: str, limit: float
) -> None:
    whole = (await work(tmp_path / "whole", company, None)).usage
    assert whole.cost > 0
    with pytest.raises(BudgetReached, match=r"money limit of \$.*--budget"):
        await work(tmp_path / "poor", company, limit)
    ended = as_json(only_journal(tmp_path / "poor")[-1].data)
    assert (ended["status"], ended["exit_code"]) == ("stopped", 3)
    (folder,) = (tmp_path / "poor" / "products").iterdir()
    async with open_resources("none") as resources:
        stopped = Run.recorded(folder, resources).usage
        assert 0 < stopped.cost <= limit
        run = Run.reopen(folder, resources, limits=RunLimits(usd=1.0))
        await run.work()
    assert run.usage.cost == pytest.approx(whole.cost)


async def test_the_key_is_nowhere_in_what_a_run_leaves(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    run = await work(tmp_path, "branches", None)
    left = [path for path in run.folder.rglob("*") if path.is_file()]
    assert left
    assert [path for path in left if b"0123456789abcdef" in path.read_bytes()] == []
