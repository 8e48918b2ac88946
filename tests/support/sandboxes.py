"""Real sandboxes for tests: made when this machine can, else the test is skipped with the reason."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from company.lab.execution.ray.distant_sandboxes import DistantBackend
from company.lab.execution.ray.distant_worker import DistantWorker
from company.lab.execution.ray.worker import Brief, Worker
from tests.support.engine import docker_backend, give_up
from warehouse.sandbox.bounded import BoundedBackend
from warehouse.sandbox.bubblewrap.backend import BubblewrapBackend
from warehouse.sandbox.registry import AUTOMATIC
from warehouse.sandbox.registry import make_backend as registered
from warehouse.sandbox.sandbox import SandboxBackend

KINDS = [
    *(
        pytest.param(name, marks=pytest.mark.engine if name == "docker" else ())
        for name in AUTOMATIC
    ),
    "bubblewrap without control groups",
    "bounded",
    "distant",
]
"""Every sandbox of the registry that isolates, and ways of having one: parameters for a fixture
that gives `make_backend(request.param, tmp_path)`."""
BOUND = 4
"""Sandboxes that a bounded backend has open at once: as many as any test wants."""


async def make_backend(kind: str, cache: Path) -> SandboxBackend:
    backend: SandboxBackend
    if kind == "docker":
        return await docker_backend()
    if kind == "distant":
        return await _distant_backend()
    if "bubblewrap" not in kind and kind != "bounded":
        backend = registered(kind)
    else:
        with_groups = kind != "bubblewrap without control groups"
        backend = BubblewrapBackend(cache=cache, control_groups=with_groups)
    if reason := await backend.available():
        give_up(reason)
    return BoundedBackend(backend, BOUND) if kind == "bounded" else backend


async def _distant_backend() -> SandboxBackend:
    """Bubblewrap as home uses it through the worker of a node."""
    worker = Worker()
    if refusal := await worker.open(Brief(version("softhouse"), "bubblewrap", BOUND, "", {}, {})):
        give_up(str(refusal))
    distant = DistantWorker(worker.do, lambda: None)

    class Backend(DistantBackend):
        async def close(self) -> None:
            await distant.call(Worker.close)
            distant.end()

    return Backend("bubblewrap", distant)
