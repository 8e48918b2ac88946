"""Real sandboxes for tests: made when this machine can, else the test is skipped with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.engine import docker_backend, give_up
from warehouse.sandbox.bounded import BoundedBackend
from warehouse.sandbox.bubblewrap import BubblewrapBackend
from warehouse.sandbox.sandbox import SandboxBackend

KINDS = [
    pytest.param("docker", marks=pytest.mark.engine),
    "bubblewrap",
    "bubblewrap without control groups",
    "bounded",
]
"""Parameters for a fixture that gives `make_backend(request.param, tmp_path)`."""
BOUND = 4
"""Sandboxes that a bounded backend has open at once: as many as any test wants."""


async def make_backend(kind: str, cache: Path) -> SandboxBackend:
    if kind == "docker":
        return await docker_backend()
    with_groups = kind != "bubblewrap without control groups"
    backend = BubblewrapBackend(cache=cache, control_groups=with_groups)
    if reason := await backend.available():
        give_up(reason)
    return BoundedBackend(backend, BOUND) if kind == "bounded" else backend
