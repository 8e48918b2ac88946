"""Home: where the runs of a cluster are kept, and what its workers share.

It is the process of the person who gave the command, so what lies in the folder afterwards, or when
it was killed, is what the local engine would have left there.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Self

from company.engine.budget import SharedBudget, Spending
from company.engine.resources import DISK_THREADS
from company.engine.signals.mailbox_poller import MailboxPoller
from company.errors import BudgetReached, ConfigurationError
from company.lab.design.plan import Job
from company.lab.execution.progress import Progress
from company.lab.execution.ray.kept_run import KeptRun
from company.lab.execution.ray.messages import KeptSoFar, Parcel
from company.lab.execution.settings import WorkSettings
from company.models.rates import Rates
from warehouse.errors import SofthouseError


class Home:
    """Keeps runs, rates and the shared budget for all workers; belongs to one event loop."""

    def __init__(
        self,
        groups: Sequence[Sequence[Job]],
        runs: Path,
        settings: WorkSettings,
        spent: Spending,
        progress: Progress,
    ) -> None:
        self._disk = ThreadPoolExecutor(DISK_THREADS, thread_name_prefix="disk")
        self.runs = {job.id: KeptRun(job, runs, self._disk) for group in groups for job in group}
        self.progress = progress
        self.rates = Rates(settings.rates)
        self.shared_budget = SharedBudget(settings.limits, spent)
        self.post = MailboxPoller()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for run in self.runs.values():
            with suppress(SofthouseError):
                await run.close()
        self._disk.shutdown()

    async def packed(self, group: Sequence[Job]) -> Parcel:
        """The jobs of a group with everything that a worker needs to begin or to go on with them.

        Raises a SofthouseError for what cannot be sent.
        """
        found: dict[str, KeptSoFar] = {}
        for job in group:
            if (kept := await self.runs[job.id].so_far()) is not None:
                found[job.id] = kept
        images = {job.id: _read(job.task.images) for job in group if job.task.images}
        return Parcel(tuple(group), images, found)

    async def ended(self, job: str) -> None:
        """Nothing more happens to a job for now."""
        try:
            await self.runs[job].close()
        except SofthouseError as error:
            self.progress.failed(job, str(error))
        self.progress.ended(job, await self.runs[job].job_status())

    async def short_of(self) -> BudgetReached | None:
        """The limit of the whole that keeps jobs from being done; None where none does."""
        reached = self.shared_budget.exhausted
        if reached is None:
            return None
        job_statuses = [await run.job_status() for run in self.runs.values()]
        return None if all(job_status.is_done for job_status in job_statuses) else reached


def _read(images: Sequence[str]) -> Mapping[str, bytes]:
    try:
        return {Path(image).name: Path(image).read_bytes() for image in images}
    except OSError as error:
        raise ConfigurationError(f"{error.filename} cannot be read: {error.strerror}.") from None
