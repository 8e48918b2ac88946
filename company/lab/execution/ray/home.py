"""Home: where all runs of a cluster are made and kept, and what they share.

It is the process of the person who gave the command. So what lies in the folder at any moment is
what the local engine would have left there, limits and rates are those of one process, and what
people want of a run reaches it as ever.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from company.engine.budget import SharedBudget
from company.engine.resources import DISK_THREADS, Resources
from company.engine.signals.post_round import PostRound
from company.lab.evaluation.evaluate import Evaluator
from company.lab.execution.engine import WorkSettings
from company.lab.execution.progress import Progress
from company.lab.execution.ray.distant_models import DistantModels
from company.lab.execution.ray.distant_sandboxes import DistantBackend
from company.lab.execution.ray.distant_worker import DistantWorker
from company.lab.execution.worker_pool import WorkerPool
from company.models.rates import Rates


@dataclass
class Home:
    """Makes a pool for each worker. The pools differ in whose models and sandboxes they use."""

    runs: Path
    settings: WorkSettings
    sandbox: str
    progress: Progress
    shared_budget: SharedBudget
    rates: Rates
    post: PostRound = field(default_factory=PostRound)
    disk: ThreadPoolExecutor = field(
        default_factory=partial(ThreadPoolExecutor, DISK_THREADS, thread_name_prefix="disk")
    )

    def pool(self, worker: DistantWorker) -> WorkerPool:
        """Works here on runs whose calls and commands are performed by the worker."""
        settings, has_sandbox = self.settings, self.sandbox != "none"
        resources = Resources(
            DistantModels(worker, self.rates, self.shared_budget, settings.calls_at_once),
            DistantBackend(self.sandbox, worker) if has_sandbox else None,
            self.disk,
            shared_budget=self.shared_budget,
            post=self.post,
        )
        evaluator = Evaluator(
            resources.backend,
            self.disk,
            settings.mutants,
            settings.embeddings,
            worker.embed if settings.embeddings else None,
        )
        return WorkerPool(self.runs, resources, evaluator, self.progress, settings.evaluate_again)
