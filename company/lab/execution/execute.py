"""Working through a plan: its folder is held, its engine set to work, its tables written."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace

from company.engine.budget import Spending
from company.engine.fork.spec_history import SpecHistory
from company.lab.design.plan import Job, Plan
from company.lab.execution.engine import Engine, WorkSettings
from company.lab.execution.folder import LabFolder
from company.lab.execution.job_status import JobStatus, job_status_of
from company.lab.execution.progress import Tally
from company.lab.tasks.repository import repositories
from company.rights import Right, addresses, require, rights_to_go_on, tool_servers
from warehouse.history.clock import seconds_together
from warehouse.history.usage import total
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.runs.folders import run_folders

Planner = Callable[[str], Awaitable[Plan]]
"""Makes the plan, told the name of the sandbox backend."""


async def work_through(
    folder: LabFolder,
    planner: Planner,
    settings: WorkSettings | None = None,
    *,
    engine: Engine | None = None,
    progress: Tally | None = None,
    is_decided: Callable[[], bool] = lambda: False,
) -> Plan:
    """Do what is left of a plan, and return it; up to the first look at which it `is_decided`, where it has looks.

    Raises ConfigurationError where the plan cannot be made or another process works in the folder,
    and what the engine raises.
    """
    settings = settings or WorkSettings()
    plan = await planner(await backend_name(settings.sandbox))
    await work_on_plan(
        folder, plan, settings, engine=engine, progress=progress, is_decided=is_decided
    )
    return plan


async def work_on_plan(
    folder: LabFolder,
    plan: Plan,
    settings: WorkSettings,
    *,
    engine: Engine | None = None,
    progress: Tally | None = None,
    is_decided: Callable[[], bool] = lambda: False,
) -> int:
    """The same for a plan that is made. Returns how many runs a look made needless."""
    for job in plan.jobs:
        job.spec.require_prices(job.spec.limits, settings.limits)
    require(rights_asked(folder, plan, settings.embeddings), settings.allowed)
    if engine is None:
        from company.lab.execution.worker_pool import LocalEngine

        engine = LocalEngine()
    with folder.locked(plan):
        tally = progress or Tally(len(plan.jobs))
        tally.know(_statuses(folder, plan))
        if settings.evaluate_again:
            begun = [group for group in plan.groups() if _is_begun(folder, group)]
            await _work_on_groups(folder, plan, begun, settings, engine, tally)
            settings = replace(settings, evaluate_again=False)
        *early, last = plan.parts()
        for part in early:
            await _work_on_groups(folder, plan, part, settings, engine, tally)
            if is_decided():
                return sum(each.stage == "new" for each in _statuses(folder, plan).values())
        await _work_on_groups(folder, plan, last, settings, engine, tally)
    return 0


def _is_begun(folder: LabFolder, group: Sequence[Job]) -> bool:
    return any(job_status_of(folder.run(job.id)).stage != "new" for job in group)


async def _work_on_groups(
    folder: LabFolder,
    plan: Plan,
    groups: Sequence[Sequence[Job]],
    settings: WorkSettings,
    engine: Engine,
    tally: Tally,
) -> None:
    """Do what is left of some jobs of the plan."""
    job_statuses = _statuses(folder, plan)
    left = [
        group
        for group in groups
        if settings.evaluate_again or not all(job_statuses[job.id].is_done for job in group)
    ]
    if left:
        others = [run for run in run_folders(folder.runs) if run.name not in job_statuses]
        spent = _spent([*job_statuses.values(), *map(job_status_of, others)])
        await engine.work(left, folder.runs, settings, spent, tally)


def _statuses(folder: LabFolder, plan: Plan) -> dict[str, JobStatus]:
    return {job.id: job_status_of(folder.run(job.id)) for job in plan.jobs}


def rights_asked(folder: LabFolder, plan: Plan, embeddings: str) -> list[Right]:
    """What the runs of a plan ask for, those included that are gone on with, and their evaluation.

    Raises ConfigurationError where one of these cannot be gone on with here at all.
    """
    models = {model for job in plan.jobs for model in job.spec.speaking_models}
    rights = addresses(models | {embeddings} - {""})
    for cards in {id(job.spec.cards): job.spec.cards for job in plan.jobs}.values():
        rights += tool_servers(cards)
    rights += repositories(job.task.repository for job in plan.jobs)
    for job in plan.jobs:
        run = folder.run(job.id)
        if job_status_of(run).stage == "begun":
            events = read_events(run / FILE_NAME)
            rights += rights_to_go_on(SpecHistory.of(events).spec, run, events)
    return list(dict.fromkeys(rights))


def _spent(job_statuses: Collection[JobStatus]) -> Spending:
    """What all runs of a folder have used, those that the plan no longer names included.

    A shared past counts once, with the run that made it; so does the time in which several worked.
    """
    spans = [span for job_status in job_statuses for span in job_status.spans]
    summaries = [job_status.summary for job_status in job_statuses]
    usage = total(summary.usage for summary in summaries if summary is not None)
    return Spending(usage, seconds_together(spans))


async def backend_name(sandbox: str) -> str:
    """The sandbox that `wanted` comes to on this machine, or `none`. Raises SandboxError."""
    from warehouse.sandbox.registry import choose_backend

    backend = await choose_backend(sandbox)
    if backend is None:
        return "none"
    await backend.close()
    return backend.name
