"""Real sandboxes for tests: made when this machine can, else the test is skipped with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.engine import docker_backend, give_up
from warehouse.sandbox.bubblewrap import BubblewrapBackend
from warehouse.sandbox.sandbox import SandboxBackend

KINDS = [
    pytest.param("docker", marks=pytest.mark.engine),
    "bubblewrap",
    "bubblewrap without control groups",
]
"""Parameters for a fixture that gives `make_backend(request.param, tmp_path)`."""


async def make_backend(kind: str, cache: Path) -> SandboxBackend:
    if kind == "docker":
        return await docker_backend()
    backend = BubblewrapBackend(cache=cache, control_groups=kind == "bubblewrap")
    if reason := await backend.available():
        give_up(reason)
    return backend
