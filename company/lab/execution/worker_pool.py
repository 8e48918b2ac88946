"""The worker pool: the jobs of a plan, done in one process, as many side by side as it is told.

A job is begun, forked from a run that shares its past, or gone on with where it was left; then
its product is evaluated. What fails is that job's failure; only a limit of the whole, or a provider
or a sandbox that refuses everybody, ends the rest.
"""

import asyncio
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from company.engine.budget import SharedBudget, Spending
from company.engine.fork.fork import Fork
from company.engine.resources import Resources, open_resources
from company.engine.run import Run
from company.engine.workspace.handover import OWN_FAULT
from company.errors import BudgetReached, Diverged, NothingDelivered, ProviderError
from company.lab.design.plan import Job
from company.lab.evaluation.evaluate import Evaluator, evaluator_of
from company.lab.execution.engine import WorkSettings
from company.lab.execution.job_status import JobStatus, job_status_of
from company.lab.execution.matched_job import settled
from company.lab.execution.progress import Tally
from company.lab.execution.shared_past import longest_shared_past
from company.models.rates import Rates
from company.rights import rights_to_begin
from warehouse.errors import SandboxError, SofthouseError
from warehouse.machine import this_machine
from warehouse.product.intake.shared import make_copy

T = TypeVar("T")

REFUSALS = 5
"""Jobs in a row that a provider refuses for good, or no sandbox starts for, until none is begun."""


@dataclass
class WorkerPool:
    """Does jobs into the folder `runs`."""

    runs: Path
    resources: Resources
    evaluator: Evaluator
    progress: Tally
    evaluate_again: bool = False
    """Whether products that were evaluated are evaluated anew."""
    _refused: int = 0
    _closed_by: SofthouseError | None = None
    _copying: asyncio.Lock = field(default_factory=asyncio.Lock)
    _made: dict[str, list[Path]] = field(default_factory=dict)
    """For every group, the runs of it that came to their end."""

    async def work(self, groups: Iterable[Sequence[Job]], at_once: int) -> None:
        """Do every job of every group, groups side by side, the jobs of one in their order.

        Raises what ended the whole before its time: BudgetReached, ProviderError.
        """
        waiting = deque(groups)

        async def take_groups() -> None:
            while waiting and self._may_begin():
                for job in waiting.popleft():
                    if self._may_begin():
                        await self._do(job)

        async with asyncio.TaskGroup() as hands:
            for _ in range(min(at_once, len(waiting))):
                hands.create_task(take_groups())
        if self._closed_by is not None:
            raise self._closed_by

    async def _do(self, job: Job) -> None:
        run = self.runs / job.id
        job_status = await self._off_the_loop(job_status_of, run)
        if self.evaluate_again and job_status.stage == "evaluated":
            job_status = replace(job_status, stage="ended")
        if not job_status.is_done:
            job_status = await self._finish(job, run, job_status)
            self.progress.ended(job.id, job_status)
        if job_status.stage == "evaluated":
            self._made.setdefault(job.group, []).append(run)

    async def _finish(self, job: Job, run: Path, job_status: JobStatus) -> JobStatus:
        """Work on what is left of a job, and evaluate what was delivered."""
        try:
            if job_status.stage != "ended":
                await self._work_on(job, run, job_status)
            await self.evaluator.evaluate(run, job.task)
            self._refused = 0
        except Exception as error:
            self._failed(job, error)
            job_status = await self._off_the_loop(job_status_of, run)
            # What an earlier evaluation found is not what was to be found out.
            return (
                replace(job_status, stage="ended")
                if job_status.stage == "evaluated"
                else job_status
            )
        return await self._off_the_loop(job_status_of, run)

    async def _work_on(self, job: Job, folder: Path, job_status: JobStatus) -> None:
        """Work on a run until it ends, or comes to its own limit: that, too, is a result."""
        is_new = job_status.stage == "new"
        job = await self._off_the_loop(settled, job, self.runs) if is_new else job
        run = await self._begin(job, folder) if is_new else self._go_on(job, folder)
        self.progress.began(job.id, lambda: run.summary)
        try:
            await run.work()
        except BudgetReached as reached:
            if reached.of_all:
                raise
        except NothingDelivered:
            pass

    def _go_on(self, job: Job, folder: Path) -> Run:
        return Run.reopen(folder, self.resources, limits=job.spec.limits)

    async def _begin(self, job: Job, folder: Path) -> Run:
        await self._off_the_loop(_clear, folder)
        await self._bring_near(job)
        if (fork := await self._forked(job)) is not None:
            return fork
        return Run.begin(job.spec, self.resources, self.runs, run_id=job.id)

    async def _bring_near(self, job: Job) -> None:
        """See to it that the repository of a job's task is in the cache. Raises ProductError."""
        task = job.task
        if task.repository is not None:
            async with self._copying:
                await self._off_the_loop(make_copy, task.repository.path, task.commit)

    async def _forked(self, job: Job) -> Run | None:
        """The job as a fork of the run it shares most with; None where there is no such run, or what
        it shares cannot be taken from there."""
        made = self._made.get(job.group, ())
        past = await longest_shared_past(job.spec, made, self.resources)
        if past is None:
            return None
        fork = Fork(
            past.parent,
            past.step,
            past.events,
            job.spec,
            job.settings,
            rights_to_begin(job.spec),
            as_if_alone=True,
        )
        try:
            return await fork.begin(self.resources, self.runs, run_id=job.id)
        except SofthouseError:
            return None

    def _failed(self, job: Job, error: Exception) -> None:
        """Note what stopped a job, and whether it is likely to stop every other."""
        self.progress.failed(job.id, self._reason(job, error))
        if not isinstance(error, SofthouseError):
            return
        if isinstance(error, BudgetReached):
            self._may_begin()
        refused = isinstance(error, ProviderError) and not error.retryable
        self._refused += refused or isinstance(error, SandboxError)
        if self._refused >= REFUSALS and self._closed_by is None:
            self._closed_by = error

    def _reason(self, job: Job, error: Exception) -> str:
        match error:
            case Diverged():
                return f"{error} Or take {self.runs / job.id} away: it is then made anew."
            case SofthouseError():
                return str(error)
            case OSError(strerror=str(reason)):
                return f"{error.filename or self.runs / job.id}: {reason}."
            case _:
                return f"{OWN_FAULT}: {error!r}"

    def _may_begin(self) -> bool:
        """Whether one more may be begun; an empty shared budget ends the whole."""
        if self._closed_by is None and self.resources.shared_budget is not None:
            self._closed_by = self.resources.shared_budget.exhausted
        return self._closed_by is None

    async def _off_the_loop(self, function: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.resources.disk, function, *arguments)


def _clear(folder: Path) -> None:
    """Take away what a process that was killed left of a run that had not begun."""
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)


class LocalEngine:
    """Works side by side on as many jobs as wanted; sandboxes are bounded by themselves."""

    async def work(
        self,
        groups: Sequence[Sequence[Job]],
        runs: Path,
        settings: WorkSettings,
        spent: Spending,
        progress: Tally,
    ) -> None:
        """As `Engine.work` says."""
        sandbox = groups[0][0].spec.sandbox if groups else "none"
        async with (
            open_resources(
                sandbox,
                rates=Rates(settings.rates),
                shared_budget=SharedBudget(settings.limits, spent),
                calls_at_once=settings.calls_at_once,
                sandboxes_at_once=settings.sandboxes_at_once or this_machine().cores,
                allowed=settings.allowed,
            ) as resources,
            evaluator_of(settings, resources) as evaluator,
        ):
            pool = WorkerPool(runs, resources, evaluator, progress, settings.evaluate_again)
            await pool.work(groups, settings.jobs_at_once(groups))
