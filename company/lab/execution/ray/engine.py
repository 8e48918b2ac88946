"""The Ray engine: a worker pool on every node of a cluster, and everything kept here at home."""

import os
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from company.engine.budget import Spending
from company.lab.design.plan import Job
from company.lab.execution.progress import Progress
from company.lab.execution.ray.cluster import joined
from company.lab.execution.ray.dispatch import Dispatch
from company.lab.execution.ray.home import Home
from company.lab.execution.ray.messages import Brief
from company.lab.execution.settings import WorkSettings
from company.models.model_id import parse_model_id


class RayEngine:
    """Works on a cluster; what a node had not sent home when it died is done again on another."""

    def __init__(self, address: str | None = None) -> None:
        """`address` is `host:port`; by default the cluster that Ray finds, else this machine's own."""
        self._address = address

    async def work(
        self,
        groups: Sequence[Sequence[Job]],
        runs: Path,
        settings: WorkSettings,
        spent: Spending,
        progress: Progress,
    ) -> None:
        """As `Engine.work` says; raises ConfigurationError where there is no Ray or no cluster."""
        if not groups:
            return
        jobs = [job for group in groups for job in group]
        models = {model for job in jobs for model in job.spec.models.values()}
        async with (
            joined(self._address) as cluster,
            Home(groups, runs, settings, spent, progress) as home,
        ):
            environment = _environment(models | {settings.embeddings} - {""})
            sandbox, used = jobs[0].spec.sandbox, home.shared_budget.seconds
            brief = Brief(version("softhouse"), sandbox, settings, used, environment)
            await Dispatch(cluster, home, brief).work(groups)


def _environment(models: Iterable[str]) -> Mapping[str, str]:
    """What this process knows of the models' providers: their keys and addresses, and nothing else."""
    found = [parse_model_id(model).provider for model in models]
    names = {name for each in found for name in (each.key_env, each.base_url_env) if name}
    return {name: os.environ[name] for name in sorted(names) if os.environ.get(name)}
