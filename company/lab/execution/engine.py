"""The interface of an engine: who works through the jobs of a plan, how much at a time, and within which
limits."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from company.cards.company_card import RunLimits
from company.engine.budget import Spending
from company.lab.design.plan import Job
from company.lab.execution.at_once import AT_ONCE, EMBEDDED
from company.lab.execution.progress import Tally
from company.models.model_id import is_embedded
from company.models.rates import Rate


@dataclass(frozen=True)
class WorkSettings:
    """What decides how fast and how far, and nothing of what comes out."""

    at_once: int | None = None
    """Jobs side by side; where None, one with the embedded model and else AT_ONCE."""
    sandbox: str = "auto"
    calls_at_once: int | None = None
    """Model calls under way at the same time, of all runs together; as many as there are where None."""
    sandboxes_at_once: int | None = None
    """Sandboxes open at the same time; as many as there are cores where None."""
    limits: RunLimits = field(default_factory=RunLimits)
    """Of all runs together, those of earlier sessions included."""
    rates: Mapping[str, Rate] = field(default_factory=dict)
    """Provider → what it allows in a minute."""
    mutants: int = 0
    """Small faults that are tried on the tests of each product; 0 for none."""
    embeddings: str = ""
    """The id of the model that tells how near a program is to its task; empty for none."""
    allowed: Set[str] = frozenset()
    """The rights that a person gave all runs, as `company.rights` says."""
    evaluate_again: bool = False
    """Whether products that were evaluated are evaluated anew: their tasks' checks were changed."""

    def jobs_at_once(self, groups: Iterable[Sequence[Job]]) -> int:
        """How many of these jobs are done side by side."""
        models = {model for jobs in groups for job in jobs for model in job.spec.speaking_models}
        return self.at_once or (EMBEDDED if any(map(is_embedded, models)) else AT_ONCE)


class Engine(Protocol):
    """Does jobs into a folder of runs; whatever engine did a job, its run lies there afterwards."""

    async def work(
        self,
        groups: Sequence[Sequence[Job]],
        runs: Path,
        settings: WorkSettings,
        spent: Spending,
        progress: Tally,
    ) -> None:
        """Do every job that is not done. Jobs of one group are done in their order, by one worker.

        `spent` is what earlier sessions have used of the limits of the whole. Raises BudgetReached,
        ProviderError or SandboxError where the rest cannot be done; what was done is kept.
        """
        ...
