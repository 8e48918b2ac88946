"""Plans and workshops of the lab on a scripted provider, for tests."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from company.cards.company_card import RunLimits
from company.engine.resources import Resources, open_resources
from company.lab.design.condition import Condition, SpecBook
from company.lab.design.plan import Job, Plan
from company.lab.evaluation.evaluate import Evaluator
from company.lab.execution.progress import Tally
from company.lab.execution.worker_pool import WorkerPool
from company.lab.tasks.task_card import TaskCard
from company.rights import typed
from tests.support.scripted_provider import ScriptedProvider

Settings = Mapping[str, Any]


def model_of(provider: ScriptedProvider) -> str:
    """The id of the provider's model, as a person types it."""
    model = f"url:{provider.url}#scripted"
    typed([model])
    return model


async def plan_of(
    tasks: Sequence[TaskCard],
    conditions: Mapping[str, Settings],
    provider: ScriptedProvider,
    *,
    sandbox: str = "none",
    overlay: Path | None = None,
    limits: RunLimits | None = None,
) -> Plan:
    """Every task under every condition; those of one task may share a past."""
    book = SpecBook(
        overlay or Path("/nowhere"), sandbox=sandbox, limits=limits or RunLimits(), label="test"
    )
    cards = [
        Condition(name, {"model": model_of(provider), **own}) for name, own in conditions.items()
    ]
    jobs = [
        Job(
            id=f"{condition.name}--{task.id}",
            task=task,
            condition=condition.name,
            repetition=1,
            spec=await book.spec(task, condition, name=task.id, seed=1),
            group=task.id,
            settings=condition.shown(),
        )
        for task in tasks
        for condition in cards
    ]
    return Plan("experiment", "test", tuple(jobs), tuple(cards))


async def work_on(
    plan: Plan,
    runs: Path,
    *,
    at_once: int = 2,
    tally: Tally | None = None,
    evaluate_again: bool = False,
    **resources: Any,
) -> Tally:
    """Do every job of a plan in a new session."""
    tally = tally or Tally(len(plan.jobs))
    async with pool(plan, runs, tally, **resources) as shop:
        shop.evaluate_again = evaluate_again
        await shop.work(plan.groups(), at_once)
    return tally


@asynccontextmanager
async def pool(plan: Plan, runs: Path, tally: Tally, **more: Any) -> AsyncIterator[WorkerPool]:
    """A workshop with resources of its own."""
    async with open_resources(plan.jobs[0].spec.sandbox, **more) as resources:
        yield WorkerPool(runs, resources, _examiner(resources), tally)


def _examiner(resources: Resources) -> Evaluator:
    return Evaluator(resources.backend, resources.disk)


def task(id_: str = "tip", prompt: str = "A tip calculator", **more: Any) -> TaskCard:
    """A task."""
    return TaskCard(id=id_, prompt=prompt, **more)
