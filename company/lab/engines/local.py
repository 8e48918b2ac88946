"""The local engine: every job in this process, on one event loop."""

import os
from collections.abc import Sequence
from pathlib import Path

from company.budget import Purse, Spending
from company.lab.examination.examine import examiner_of
from company.lab.plan import Job
from company.lab.progress import Progress
from company.lab.settings import WorkSettings
from company.lab.workshop import Workshop
from company.models.rates import Rates
from company.premises import open_premises


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
        sandbox = groups[0][0].order.sandbox if groups else "none"
        async with (
            open_premises(
                sandbox,
                rates=Rates(settings.rates),
                purse=Purse(settings.limits, spent),
                calls_at_once=settings.calls_at_once,
                sandboxes_at_once=settings.sandboxes_at_once or os.cpu_count() or 1,
            ) as premises,
            examiner_of(settings, premises) as examiner,
        ):
            workshop = Workshop(runs, premises, examiner, progress, settings.examine_again)
            await workshop.work(groups, settings.at_once)
