"""A run that has not begun, held against the runs that are over."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from company.company import Company
from company.errors import ConfigurationError
from company.models.model_id import parse_model_id
from warehouse.events.conversion import spec_of
from warehouse.history.estimate import RunEstimate, estimate
from warehouse.history.record import list_runs
from warehouse.history.summary import RunSummary, SummaryFold
from warehouse.journal.journal import Event, now


@dataclass(frozen=True)
class Foresight:
    """What can be said of a run before it begins."""

    run: RunSummary
    """The run as it would begin."""
    models: tuple[str, ...]
    """The model of every role."""
    estimate: RunEstimate
    past: tuple[RunSummary, ...]
    """Every run of the products folder that can be read."""
    broken: int
    """How many runs there cannot be read."""
    products: Path

    @classmethod
    def of(cls, company: Company, task: str, products: Path) -> "Foresight":
        """Look ahead. Raises ConfigurationError where the run could not begin."""
        spec = asyncio.run(company.spec(task, sandbox="none"))
        begun = Event(0, now(), "", spec_of(spec.frozen(run="")))
        run = _spelled_out(SummaryFold([begun]).summary)
        rows = list_runs(products)
        past = tuple(_spelled_out(row.summary) for row in rows if row.summary is not None)
        models = tuple(spec.models.values())
        return cls(run, models, estimate(past, run), past, len(rows) - len(past), products)


def _spelled_out(run: RunSummary) -> RunSummary:
    """With its model's whole id: `local` alone means the same as `local:` and its default model."""
    try:
        return replace(run, model=str(parse_model_id(run.model)))
    except (ConfigurationError, AttributeError):
        return run
