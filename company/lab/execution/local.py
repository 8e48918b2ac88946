"""The local engine: every job in this process, on one event loop."""

import os
from collections.abc import Sequence
from pathlib import Path

from company.engine.budget import SharedBudget, Spending
from company.engine.resources import open_resources
from company.lab.design.plan import Job
from company.lab.evaluation.evaluate import evaluator_of
from company.lab.execution.engine import WorkSettings
from company.lab.execution.progress import Progress
from company.lab.execution.worker_pool import WorkerPool
from company.models.rates import Rates


class LocalEngine:
    """Works side by side on as many jobs as wanted; sandboxes are bounded by themselves."""

    async def work(
        self,
        groups: Sequence[Sequence[Job]],
        runs: Path,
        settings: WorkSettings,
        spent: Spending,
        progress: Progress,
    ) -> None:
        """As `Engine.work` says."""
        sandbox = groups[0][0].spec.sandbox if groups else "none"
        async with (
            open_resources(
                sandbox,
                rates=Rates(settings.rates),
                shared_budget=SharedBudget(settings.limits, spent),
                calls_at_once=settings.calls_at_once,
                sandboxes_at_once=settings.sandboxes_at_once or os.cpu_count() or 1,
            ) as resources,
            evaluator_of(settings, resources) as evaluator,
        ):
            pool = WorkerPool(runs, resources, evaluator, progress, settings.evaluate_again)
            await pool.work(groups, settings.at_once)
