"""What a person sees, and what a run has cost, when its provider fails."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from company.cards.company_card import RunLimits
from company.engine.resources import Resources
from company.engine.run import Run
from company.errors import BudgetReached, ProviderError
from company.models.client import ModelClient
from company.models.retry import RetryPolicy
from tests.support.houses import one_phase_company, only_journal, work
from tests.support.scripted_provider import Answer, Reply, ScriptedProvider
from warehouse.events.conversion import as_json
from warehouse.history.summary import SummaryFold

PROGRAM = "### main.py\n```python\nprint(1)\n```\n"
BROKEN_OFF = Reply("x" * 400, fault="unfinished")


@asynccontextmanager
async def impatient_resources() -> AsyncIterator[Resources]:
    """Resources whose client hardly waits between attempts."""
    quick = RetryPolicy(first_wait=0.001)
    with ThreadPoolExecutor(2) as disk:
        async with ModelClient(retry=quick) as models:
            yield Resources(models, None, disk)


async def failing(
    folder: Path, *replies: Answer, error: type[Exception], **limits: Any
) -> ScriptedProvider:
    """The provider, after a company of one phase has failed on it."""
    talk = {"instructor": "cto", "assistant": "programmer"}
    one_phase_company(
        folder / "cards", talk=talk, yields={"files": {}}, sees=["task"], max_reply_tokens=100
    )
    async with ScriptedProvider(replies) as provider, impatient_resources() as resources:
        with pytest.raises(error):
            await work(folder, provider, limits=RunLimits(**limits), resources=resources)
    return provider


def data_of(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [as_json(event.data) for event in only_journal(folder) if event.kind == kind]


async def test_a_run_does_not_wait_past_its_time_limit_and_says_so(tmp_path: Path) -> None:
    limited = Reply(fault="rate_limit", retry_after="90")
    provider = await failing(tmp_path, limited, PROGRAM, error=BudgetReached, seconds=60.0)
    assert len(provider.calls) == 1
    (retry,) = data_of(tmp_path, "retry")
    assert "429: Rate limit reached; trying again in 9" in retry["text"]
    assert "would be after the time limit" in retry["text"]
    (ended,) = data_of(tmp_path, "run.ended")
    assert ended["exit_code"] == 3
    assert "--max-seconds" in ended["reason"]


async def test_answers_that_never_came_whole_are_in_the_bill(tmp_path: Path) -> None:
    await failing(tmp_path, BROKEN_OFF, error=ProviderError)
    summary = SummaryFold(only_journal(tmp_path)).summary
    (failed,) = data_of(tmp_path, "effect.failed")
    used = failed["used"]
    assert (summary.usage.calls, summary.usage.prompt_tokens) == (0, used["prompt_tokens"])
    assert summary.usage.completion_tokens == used["completion_tokens"] > 3 * 20


async def test_the_budget_is_asked_again_before_each_attempt(tmp_path: Path) -> None:
    provider = await failing(tmp_path, BROKEN_OFF, error=BudgetReached, tokens=450)
    assert 0 < len(provider.calls) < RetryPolicy().costly_attempts
    assert SummaryFold(only_journal(tmp_path)).summary.usage.tokens <= 450


async def test_what_a_failed_session_used_counts_in_the_next(tmp_path: Path) -> None:
    await failing(tmp_path, BROKEN_OFF, error=ProviderError)
    (used,) = (data["used"] for data in data_of(tmp_path, "effect.failed"))
    (folder,) = (tmp_path / "products").iterdir()
    limits = RunLimits(tokens=used["prompt_tokens"] + used["completion_tokens"] + 10)
    async with impatient_resources() as resources:
        with pytest.raises(BudgetReached, match="resume the run with a higher --max-tokens"):
            await Run.reopen(folder, resources, limits=limits).work()
