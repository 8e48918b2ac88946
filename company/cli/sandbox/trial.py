"""Proving sandboxes on this machine: every wall and every limit is tried from inside."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from company.cli.sandbox.probes import LIMITS as LIMIT_PROBES
from warehouse.errors import SandboxError
from warehouse.sandbox.registry import AUTOMATIC, make_backend
from warehouse.sandbox.sandbox import Limits, Sandbox, SandboxBackend

LIMITS = Limits(seconds=10, memory_mb=96, processes=24, disk_mb=16, cpus=1)
PROBES = Path(__file__).with_name("probes.py")


@dataclass(frozen=True)
class SandboxTrial:
    """How one sandbox did."""

    name: str
    usable: bool
    outcome: str
    seconds: float = 0.0
    """Wall-clock time of the probe of the walls, inside."""
    walls: Mapping[str, bool] = field(default_factory=dict)
    """Whether each held."""
    limits: Mapping[str, bool] = field(default_factory=dict)
    """Whether each held."""
    soft_limits: str = ""
    """What the kernel does not hold."""


async def try_all() -> list[SandboxTrial]:
    """A trial of every sandbox that may be chosen automatically."""
    return [await _try(name) for name in AUTOMATIC]


async def _try(name: str) -> SandboxTrial:
    backend = make_backend(name)
    try:
        reason = await backend.available()
        if reason is not None:
            return SandboxTrial(name, False, reason)
        return await _prove(backend)
    except SandboxError as error:
        return SandboxTrial(name, False, str(error))
    finally:
        await backend.close()


async def _prove(backend: SandboxBackend) -> SandboxTrial:
    files = {PROBES.name: PROBES.read_bytes()}
    async with await backend.open(files, limits=LIMITS) as sandbox:
        done = await sandbox.exec(["python3", PROBES.name, "walls"])
    try:
        walls = {str(name): through is False for name, through in json.loads(done.stdout).items()}
    except (ValueError, AttributeError):
        words = (done.stderr or done.stdout).strip()[-300:]
        return SandboxTrial(backend.name, False, f"a program did not run in it: {words}")
    limits = {}
    for name in LIMIT_PROBES:
        async with await backend.open(files, limits=LIMITS) as sandbox:
            limits[name] = await _holds(sandbox, name)
    holes = [name for name, held in (walls | limits).items() if not held]
    outcome = (
        f"it is not tight: {', '.join(holes)}" if holes else "works: every wall and limit held"
    )
    soft = await backend.soft_limits()
    return SandboxTrial(backend.name, not holes, outcome, done.seconds, walls, limits, soft)


async def _holds(sandbox: Sandbox, limit: str) -> bool:
    done = await sandbox.exec(["python3", PROBES.name, limit])
    return not (done.ok and done.stdout == "through")
