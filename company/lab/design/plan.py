"""A plan: every run that a batch or an experiment is to make, settled before the first begins."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from company.cards.problems import shown
from company.errors import ConfigurationError
from company.lab.design.condition import Condition
from company.lab.tasks.task_card import TaskCard
from company.spec import RunSpec


@dataclass(frozen=True)
class Job:
    """One run to be made: everything it needs, wherever it is worked on."""

    id: str
    """The run's id, and the name of its folder."""
    task: TaskCard
    condition: str
    repetition: int
    """Counted from 1."""
    spec: RunSpec
    group: str
    """Jobs of one group may share a past, and are worked on one after another."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """What the condition sets, as the journal of a fork tells it."""


@dataclass(frozen=True)
class Plan:
    """What is to be run, and how it will be looked at."""

    kind: Literal["batch", "experiment"]
    name: str
    jobs: tuple[Job, ...]
    conditions: tuple[Condition, ...]
    title: str = ""
    question: str = ""
    baseline: str | None = None
    paired: bool = False
    factors: tuple[str, ...] = ()
    """The settings in which conditions differ."""
    metrics: tuple[str, ...] = ()
    """The primary metrics, the main one first."""
    configuration: str = ""
    """The file it was made from, as it was."""

    def __post_init__(self) -> None:
        names = Counter(job.id.lower() for job in self.jobs)
        for job in self.jobs:
            if names[job.id.lower()] > 1:
                raise ConfigurationError(
                    f"Two runs would be called {shown(job.id)}, which is one folder where capital "
                    "letters count for nothing: give a task or a condition another name."
                )

    @property
    def sandbox(self) -> str:
        """The backend in which every product is run, or `none`."""
        return self.jobs[0].spec.sandbox if self.jobs else "none"

    def groups(self) -> list[Sequence[Job]]:
        """The jobs that may share a past, together; both in the order of the plan."""
        found: dict[str, list[Job]] = {}
        for job in self.jobs:
            found.setdefault(job.group, []).append(job)
        return list(found.values())
