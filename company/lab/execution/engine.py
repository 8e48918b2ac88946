"""The interface of an engine: who works through the jobs of a plan."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from company.engine.budget import Spending
from company.lab.design.plan import Job
from company.lab.execution.progress import Progress
from company.lab.execution.settings import WorkSettings


class Engine(Protocol):
    """Does jobs into a folder of runs; whatever engine did a job, its run lies there afterwards."""

    async def work(
        self,
        groups: Sequence[Sequence[Job]],
        runs: Path,
        settings: WorkSettings,
        spent: Spending,
        progress: Progress,
    ) -> None:
        """Do every job that is not done. Jobs of one group are done in their order, by one worker.

        `spent` is what earlier sessions have used of the limits of the whole. Raises BudgetReached,
        ProviderError or SandboxError where the rest cannot be done; what was done is kept.
        """
        ...
