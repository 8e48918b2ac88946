"""The folder of a batch or an experiment: its plan, its runs, and what came of them.

    batches/prices/
      plan.json                     what was to be run
      runs/<job>/                   a run each, as any other: journal.jsonl, product/
      results.csv, results.parquet, report.html

Where every run stands is read from the runs' own journals; there is no second record.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from company.errors import ConfigurationError
from company.lab.plan import Job, Plan
from warehouse.durable import replace_file
from warehouse.errors import SofthouseError

PLAN = "plan.json"
RUNS = "runs"
LOCK = "lock"


class LabFolder:
    """Where a batch or an experiment is kept."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def runs(self) -> Path:
        """The folder of the runs; `--products` of other commands takes it."""
        return self.path / RUNS

    def run(self, job: str) -> Path:
        """The folder of one job's run."""
        return self.runs / job

    @contextmanager
    def kept(self, plan: Plan) -> Iterator[None]:
        """Hold the folder for one process, with the plan written down.

        Raises ConfigurationError where another process works on it, or where the plan gives a job
        that was begun other words or settings.
        """
        try:
            self.runs.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise SofthouseError(
                f"Nothing can be kept in {self.path}: {error.strerror}. Choose another folder "
                "with --to."
            ) from None
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ConfigurationError(
                    f"Another process is working in {self.path}. Wait for it, or stop it first."
                ) from None
            self._write(plan)
            yield
        finally:
            os.close(descriptor)

    def plan(self) -> dict[str, Any]:
        """The plan as it was written down. Raises ConfigurationError where there is none."""
        path = self.path / PLAN
        try:
            data = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            raise ConfigurationError(
                f"{self.path} holds no batch and no experiment: there is no {PLAN} in it."
            ) from None
        if not isinstance(data, dict) or not isinstance(data.get("jobs"), list):
            raise ConfigurationError(f"{path} is no plan: it was changed from outside.")
        return data

    def _write(self, plan: Plan) -> None:
        jobs = {job.id: _entry(job) for job in plan.jobs}
        if (self.path / PLAN).exists():
            earlier = {str(each.get("id")): each for each in self.plan()["jobs"]}
            for name, entry in jobs.items():
                if name in earlier and self.run(name).exists() and earlier[name] != entry:
                    raise ConfigurationError(_changed(name, earlier[name], entry, self.path))
            # A run that the new plan no longer names was made all the same, and is kept.
            jobs = {**earlier, **jobs}
        from importlib.metadata import version

        data = {
            "softhouse": version("softhouse"),
            "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "kind": plan.kind,
            "name": plan.name,
            "title": plan.title,
            "question": plan.question,
            "baseline": plan.baseline,
            "paired": plan.paired,
            "sandbox": plan.sandbox,
            "factors": list(plan.factors),
            "metrics": list(plan.metrics),
            "conditions": {each.name: each.shown() for each in plan.conditions},
            "configuration": plan.configuration,
            "jobs": list(jobs.values()),
        }
        text = json.dumps(data, indent=1, ensure_ascii=False)
        replace_file(self.path / PLAN, text.encode("utf-8", "backslashreplace"))


def _entry(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "condition": job.condition,
        "task": job.task.id,
        "category": job.task.category,
        "prompt": job.task.prompt,
        "repetition": job.repetition,
        "seed": job.order.seed,
        "settings": dict(job.settings),
        "checks": len(job.task.checks),
    }


def _changed(name: str, before: dict[str, Any], now: dict[str, Any], folder: Path) -> str:
    what = next(key for key in now if before.get(key) != now[key])
    return (
        f"The run {name} in {folder} was begun with another {what}. Take the change back, give the "
        "task another id, or choose another folder with --to."
    )
