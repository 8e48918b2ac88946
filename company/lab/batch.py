"""A batch: many tasks, a company for all of them, one run each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from company.cards.company_card import RunLimits
from company.lab.design.condition import Condition, SpecBook, set_by
from company.lab.design.plan import Job, Plan
from company.lab.design.run_name import run_name
from company.lab.execution.folder import LabFolder
from company.lab.tasks.task_card import TaskCard
from company.run_options import check_name

BATCHES = Path("batches")
"""Where batches are kept unless said otherwise."""
SEED = 1
"""The seed of every run where none is named: a batch that is begun again is the same batch."""


@dataclass(frozen=True)
class Batch:
    """Tasks, and how they are to be worked on."""

    name: str
    tasks: tuple[TaskCard, ...]
    folder: LabFolder
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What holds for every task, whatever it says itself: `company`, `chain`, `model`, …"""
    seed: int = SEED
    limits: RunLimits = field(default_factory=RunLimits)
    """What one run may use."""
    overlay: Path = Path()
    """The folder whose own cards come first."""

    async def plan(self, sandbox: str) -> Plan:
        """A run for every task. Raises ConfigurationError, naming the task, where it cannot be made."""
        label = check_name(self.name)
        book = SpecBook(self.overlay, sandbox=sandbox, limits=self.limits, label=label)
        jobs = [await self._job(book, task) for task in self.tasks]
        everything = Condition(self.name, dict(self.settings))
        return Plan("batch", self.name, tuple(jobs), (everything,), title=self.name)

    async def _job(self, book: SpecBook, task: TaskCard) -> Job:
        condition = Condition(self.name, {**set_by(task), **self.settings})
        return Job(
            id=run_name(task.id),
            task=task,
            condition=self.name,
            repetition=1,
            spec=await book.spec(task, condition, name=task.id, seed=self.seed),
            group=task.id,
            settings=condition.shown(),
        )
