"""Trying out each sandbox with a small program that reports what it can reach."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from warehouse.errors import SandboxError
from warehouse.sandbox.registry import AUTOMATIC, make_backend
from warehouse.sandbox.sandbox import SandboxBackend

PROBE = """\
import json, os, socket

def reaches():
    try:
        socket.create_connection(("192.0.2.1", 80), 0.5)
    except TimeoutError:
        return True
    except OSError:
        return False
    return True

def writes(path):
    try:
        open(path, "w").close()
    except OSError:
        return False
    return True

print(json.dumps({
    "root": os.getuid() == 0,
    "network": reaches(),
    "writes_system": writes("/usr/softhouse-probe"),
    "environment": sorted(os.environ),
}))
"""


@dataclass(frozen=True)
class SandboxTrial:
    """How one sandbox did; `seconds` is the wall-clock time of the probe inside."""

    name: str
    usable: bool
    outcome: str
    seconds: float = 0.0

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


async def try_sandboxes() -> list[SandboxTrial]:
    """A trial of every sandbox that may be chosen automatically."""
    return [await _try(name) for name in AUTOMATIC]


async def _try(name: str) -> SandboxTrial:
    backend = make_backend(name)
    try:
        reason = await backend.available()
        if reason is not None:
            return SandboxTrial(name, False, reason)
        return await _probe(backend)
    except SandboxError as error:
        return SandboxTrial(name, False, str(error))
    finally:
        await backend.close()


async def _probe(backend: SandboxBackend) -> SandboxTrial:
    async with await backend.open({"probe.py": PROBE.encode()}) as sandbox:
        done = await sandbox.exec(["python3", "probe.py"])
    try:
        seen = json.loads(done.stdout)
        holes = [hole for hole in ("root", "network", "writes_system") if seen[hole]]
    except (ValueError, KeyError, TypeError):
        words = (done.stderr or done.stdout).strip()[-300:]
        return SandboxTrial(backend.name, False, f"a program did not run in it: {words}")
    if holes:
        return SandboxTrial(backend.name, False, f"it is not tight: {', '.join(holes)}")
    outcome = f"works: no network, no root, a read-only system ({done.seconds:.2f} s a command)"
    return SandboxTrial(backend.name, True, outcome, done.seconds)
