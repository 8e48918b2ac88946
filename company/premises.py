"""The premises: what the runs of one process share — model clients, a sandbox backend, threads."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from company.control.post_round import PostRound
from company.models.client import ModelClient
from company.person import Person
from warehouse.sandbox.sandbox import SandboxBackend

DISK_THREADS = 4
"""Threads for git and for waiting on the disk; asyncio's own pool is too small to share."""


@dataclass(frozen=True)
class Premises:
    """Shared by any number of runs; `backend` is None where nothing may be executed."""

    models: ModelClient
    backend: SandboxBackend | None
    disk: ThreadPoolExecutor
    person: Person | None = None
    post: PostRound = field(default_factory=PostRound)


@asynccontextmanager
async def open_premises(sandbox: str, person: Person | None = None) -> AsyncIterator[Premises]:
    """Premises with the wanted sandbox. Raises SandboxError where it cannot be had."""
    from warehouse.sandbox.choose import choose_backend

    backend = await choose_backend(sandbox)
    models = ModelClient()
    disk = ThreadPoolExecutor(DISK_THREADS, thread_name_prefix="disk")
    try:
        yield Premises(models, backend, disk, person)
    finally:
        await models.aclose()
        if backend is not None:
            await backend.close()
        disk.shutdown(wait=True)
