"""The local engine: every job in this process, on one event loop."""

import os
from collections.abc import Sequence
from pathlib import Path

from company.budget import SharedBudget, Spending
from company.lab.examination.examine import examiner_of
from company.lab.plan import Job
from company.lab.progress import Progress
from company.lab.settings import WorkSettings
from company.lab.workshop import Workshop
from company.models.rates import Rates
from company.resources import open_resources


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
            examiner_of(settings, resources) as examiner,
        ):
            workshop = Workshop(runs, resources, examiner, progress, settings.examine_again)
            await workshop.work(groups, settings.at_once)
