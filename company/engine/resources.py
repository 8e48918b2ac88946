"""Resources: what the runs of one process share — models, a sandbox backend, a shared budget, threads."""

from collections.abc import AsyncIterator, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from company.cards.company_card import RunLimits
from company.cards.prompts import Prompts
from company.engine.budget import SharedBudget
from company.engine.signals.mailbox_poller import MailboxPoller
from company.engine.signals.questions import Person
from company.models.client import ModelClient
from company.models.rates import RateKeeper
from warehouse.sandbox.sandbox import SandboxBackend

DISK_THREADS = 4
"""Threads for git and for waiting on the disk; asyncio's own pool is too small to share."""


@dataclass(frozen=True)
class Resources:
    """Shared by any number of runs; `backend` is None where nothing may be executed."""

    models: ModelClient
    backend: SandboxBackend | None
    disk: ThreadPoolExecutor
    person: Person | None = None
    shared_budget: SharedBudget | None = None
    """What the runs may use together, beside the limits of each."""
    post: MailboxPoller = field(default_factory=MailboxPoller)
    prompts: Prompts = field(default_factory=Prompts)
    allowed: Set[str] = frozenset()
    """The rights that a person gave these runs, by their values, as `company.rights` says."""

    @property
    def common_limits(self) -> RunLimits | None:
        """Those of all runs together, if there are any."""
        return self.shared_budget.limits if self.shared_budget is not None else None

    @property
    def sandbox(self) -> str:
        """The name of the sandbox backend, `none` where there is none."""
        return self.backend.name if self.backend else "none"


@asynccontextmanager
async def open_resources(
    sandbox: str,
    person: Person | None = None,
    *,
    rates: RateKeeper | None = None,
    shared_budget: SharedBudget | None = None,
    sandboxes_at_once: int | None = None,
    calls_at_once: int | None = None,
    allowed: Set[str] = frozenset(),
) -> AsyncIterator[Resources]:
    """Resources with the wanted sandbox, of which no more than so many are open at once, and models
    that are called no more than so often at once.

    Raises SandboxError where it cannot be had.
    """
    from warehouse.sandbox.bounded import BoundedBackend
    from warehouse.sandbox.registry import choose_backend

    backend = await choose_backend(sandbox)
    if backend is not None and sandboxes_at_once is not None:
        backend = BoundedBackend(backend, sandboxes_at_once)
    models = ModelClient(rates=rates, calls_at_once=calls_at_once)
    disk = ThreadPoolExecutor(DISK_THREADS, thread_name_prefix="disk")
    try:
        yield Resources(models, backend, disk, person, shared_budget, allowed=allowed)
    finally:
        await models.aclose()
        if backend is not None:
            await backend.close()
        disk.shutdown(wait=True)
