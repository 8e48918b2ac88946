"""softhouse in Python: the names that scripts and notebooks use, and nothing else.

from softhouse import Company

house = Company.load("pair", model="local:qwen2.5-coder-1.5b")
run = await house.work("A tip calculator for the command line")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from softhouse.own_rooms import ensure_own_rooms

if TYPE_CHECKING:
    from company.cards.company_card import RunLimits as RunLimits
    from company.company import Company as Company
    from company.company import go_back as go_back
    from company.engine.fork.fork import Fork as Fork
    from company.engine.resources import Resources as Resources
    from company.engine.resources import open_resources as open_resources
    from company.engine.run import Run as Run
    from company.errors import BudgetReached as BudgetReached
    from company.errors import ConfigurationError as ConfigurationError
    from company.errors import Diverged as Diverged
    from company.errors import Interrupted as Interrupted
    from company.errors import NothingDelivered as NothingDelivered
    from company.errors import ProviderError as ProviderError
    from company.lab.execution.engine import WorkSettings as WorkSettings
    from company.lab.experiment import Experiment as Experiment
    from company.lab.metrics.own import metric as metric
    from company.lab.metrics.subject import Subject as Subject
    from company.spec import RunSpec as RunSpec
    from warehouse.errors import JournalError as JournalError
    from warehouse.errors import RunNotFound as RunNotFound
    from warehouse.errors import SandboxError as SandboxError
    from warehouse.errors import SofthouseError as SofthouseError
    from warehouse.journal.journal import Event as Event
    from warehouse.journal.journal import read_events as read_events

HOMES = {
    "BudgetReached": "company.errors",
    "Company": "company.company",
    "ConfigurationError": "company.errors",
    "Diverged": "company.errors",
    "Event": "warehouse.journal.journal",
    "Experiment": "company.lab.experiment",
    "Fork": "company.engine.fork.fork",
    "Interrupted": "company.errors",
    "JournalError": "warehouse.errors",
    "NothingDelivered": "company.errors",
    "ProviderError": "company.errors",
    "Resources": "company.engine.resources",
    "Run": "company.engine.run",
    "RunLimits": "company.cards.company_card",
    "RunNotFound": "warehouse.errors",
    "RunSpec": "company.spec",
    "SandboxError": "warehouse.errors",
    "SofthouseError": "warehouse.errors",
    "Subject": "company.lab.metrics.subject",
    "WorkSettings": "company.lab.execution.engine",
    "go_back": "company.company",
    "metric": "company.lab.metrics.own",
    "open_resources": "company.engine.resources",
    "read_events": "warehouse.journal.journal",
}
"""Public name → the module it is defined in. Loaded when it is asked for: the engine is not cheap."""

__all__ = [*HOMES]


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    ensure_own_rooms()
    return getattr(import_module(HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(HOMES)
