"""The tags that end each step are those of a run that was never interrupted."""

from contextlib import suppress
from pathlib import Path

from company.cards.company_card import RunLimits
from company.company import Company
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import BudgetReached
from tests.support.houses import work
from tests.support.scripted_company import TASK, script
from tests.support.scripted_provider import ScriptedProvider


def tags(run: Run) -> list[tuple[str, list[str]]]:
    return [(entry.subject, sorted(entry.tags)) for entry in run.product.log()]


async def test_a_resumed_run_has_the_tags_it_would_have_had(tmp_path: Path) -> None:
    async with ScriptedProvider.from_script(script()) as provider:
        whole = await work(tmp_path / "whole", provider, "default", task=TASK)
        stopped = tmp_path / "stopped"
        house = Company.load("default", model=f"url:{provider.url}#scripted")
        async with open_resources("none") as resources:
            spec = await house.spec(TASK, sandbox="none", seed=1, limits=RunLimits(calls=5))
            first = Run.begin(spec, resources, stopped)
            with suppress(BudgetReached):
                await first.work()
            resumed = Run.reopen(first.folder, resources, limits=RunLimits())
            await resumed.work()
            assert tags(resumed) == tags(whole)


async def test_a_finished_run_can_be_rehearsed_to_its_end(tmp_path: Path) -> None:
    async with ScriptedProvider.from_script(script()) as provider:
        run = await work(tmp_path, provider, "default", task=TASK)
        async with open_resources("none") as resources:
            rehearsal = await Run.recorded(run.folder, resources).rehearse()
    assert rehearsal.unasked == []
    assert rehearsal.ending is not None
    assert rehearsal.ending.reason == run.summary.reason
