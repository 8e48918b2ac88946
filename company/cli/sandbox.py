"""`softhouse sandbox`: the places where programs are run."""

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from company.cli.options import json_option

if TYPE_CHECKING:
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


@click.group(epilog="Example: softhouse sandbox test")
def command() -> None:
    """Build, test or clean up sandboxes."""


@command.command(epilog="Example: softhouse sandbox build --base python:3.12-slim")
@click.option(
    "--base",
    metavar="IMAGE",
    help="The image to build upon; one you already have needs no registry. [default: the Dockerfile's]",
)
def build(base: str | None) -> None:
    """Build the image for the Docker sandbox."""
    import asyncio

    from company.cli.output import say
    from warehouse.sandbox.docker.image import build_image

    tag = asyncio.run(build_image(base, on_line=lambda line: say(line, err=True)))
    say(tag)


@command.command(epilog="Example: softhouse sandbox test --json")
@json_option
def test(as_json: bool) -> int:
    """Start each sandbox and look at it from inside: the network, the rights, the environment."""
    import asyncio

    from company.cli.output import say, say_json

    trials = asyncio.run(_try_all())
    if as_json:
        say_json([asdict(trial) for trial in trials])
    else:
        for trial in trials:
            say(f"{trial.name:<11} {trial.outcome}")
    return 0 if any(trial.usable for trial in trials) else 5


@command.command(epilog="Example: softhouse sandbox prune")
def prune() -> None:
    """Remove old images, containers whose run is gone, and installed packages."""
    import asyncio

    from company.cli.output import say
    from warehouse.sandbox.registry import prune as prune_all

    removed = asyncio.run(prune_all())
    for line in removed:
        say(f"removed {line}")
    if not removed:
        say("There is nothing to remove.")


@dataclass(frozen=True)
class SandboxTrial:
    """How one sandbox did; `seconds` is the wall-clock time of the probe inside."""

    name: str
    usable: bool
    outcome: str
    seconds: float = 0.0


async def _try_all() -> list[SandboxTrial]:
    """A trial of every sandbox that may be chosen automatically."""
    from warehouse.sandbox.registry import AUTOMATIC

    return [await _try(name) for name in AUTOMATIC]


async def _try(name: str) -> SandboxTrial:
    from warehouse.errors import SandboxError
    from warehouse.sandbox.registry import make_backend

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


async def _probe(backend: "SandboxBackend") -> SandboxTrial:
    async with await backend.open({"probe.py": PROBE.encode()}) as sandbox:
        done = await sandbox.exec(["python3", "probe.py"])
    try:
        report = json.loads(done.stdout)
        holes = [hole for hole in ("root", "network", "writes_system") if report[hole]]
    except (ValueError, KeyError, TypeError):
        words = (done.stderr or done.stdout).strip()[-300:]
        return SandboxTrial(backend.name, False, f"a program did not run in it: {words}")
    if holes:
        return SandboxTrial(backend.name, False, f"it is not tight: {', '.join(holes)}")
    outcome = f"works: no network, no root, a read-only system ({done.seconds:.2f} s a command)"
    return SandboxTrial(backend.name, True, outcome, done.seconds)
