"""The Ray engine: runs are made here at home, and what they ask of the world is done on a cluster."""

import os
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from company.engine.budget import SharedBudget, Spending
from company.lab.design.plan import Job
from company.lab.execution.engine import WorkSettings
from company.lab.execution.progress import Tally
from company.lab.execution.ray.cluster import joined
from company.lab.execution.ray.dispatch import Dispatch, Home
from company.lab.execution.ray.worker import Brief
from company.models.model_id import parse_model_id
from company.models.origins import named_origins
from company.models.rates import Rates


class RayEngine:
    """Works on a cluster; what was in flight on a node when it died is done again on another."""

    def __init__(self, address: str | None = None) -> None:
        """`address` is `host:port`; by default the cluster that Ray finds, else this machine's own."""
        self._address = address

    async def work(
        self,
        groups: Sequence[Sequence[Job]],
        runs: Path,
        settings: WorkSettings,
        spent: Spending,
        progress: Tally,
    ) -> None:
        """As `Engine.work` says; raises ConfigurationError where there is no Ray or no cluster."""
        if not groups:
            return
        jobs = [job for group in groups for job in group]
        sandbox = jobs[0].spec.sandbox
        models = {model for job in jobs for model in job.spec.speaking_models}
        brief = Brief(
            version("softhouse"),
            sandbox,
            settings.sandboxes_at_once,
            settings.embeddings,
            _environment(models | {settings.embeddings} - {""}),
            named_origins(),
        )
        shared_budget, rates = SharedBudget(settings.limits, spent), Rates(settings.rates)
        home = Home(runs, settings, sandbox, progress, shared_budget, rates)
        with home.disk:
            async with joined(self._address) as cluster:
                await Dispatch(cluster, home, brief).work(groups)


def _environment(models: Iterable[str]) -> Mapping[str, str]:
    """What this process knows of the models' providers: their keys and addresses, and nothing else."""
    providers = [parse_model_id(model).provider for model in models]
    names = {name for each in providers for name in (each.key_env, each.base_url_env) if name}
    return {name: os.environ[name] for name in sorted(names) if os.environ.get(name)}
