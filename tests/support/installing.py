"""Installs packages as somebody, in a sandbox, and says what came of it.

`python -m tests.support.installing` does so in a process of its own. Its arguments are a sandbox, and
what to do as JSON: install what the `manifest` of a product asks for, or run Python in the place of an
installer, as a `probe`.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from unittest.mock import patch

from tests.support.engine import remove_volumes
from tests.support.people import Person
from warehouse.sandbox.bubblewrap.backend import BubblewrapBackend
from warehouse.sandbox.dependencies import install_dependencies
from warehouse.sandbox.docker.backend import DockerBackend
from warehouse.sandbox.sandbox import Installation, SandboxBackend
from warehouse.sandbox.stacks.cards import stacks

LISTING = """
import os
for folder, _, names in os.walk("/opt/softhouse/dependencies"):
    for name in names:
        print(os.path.relpath(os.path.join(folder, name), "/opt/softhouse/dependencies"))
"""


@dataclass(frozen=True)
class Came:
    """What came of an installation."""

    ok: bool
    output: str
    files: list[str]
    """What lies in the folder of packages afterwards, if it was kept."""


@dataclass(frozen=True)
class Installer:
    """Somebody who installs packages in a sandbox, with their package settings."""

    person: Person
    sandbox: str
    settings: Mapping[str, str]

    async def installs(self, manifest: str, *, language: str = "python", **more: str) -> Came:
        """What a product's manifest asks for."""
        return await self._do({"manifest": manifest, "language": language}, more)

    async def probes(self, code: str, *, offline: bool = False, **more: str) -> str:
        """What Python prints where packages are fetched, or `offline` where they are unpacked."""
        return (await self._do({"probe": code, "offline": offline}, more)).output

    async def _do(self, order: Mapping[str, object], more: Mapping[str, str]) -> Came:
        settings = {**self.settings, **more}
        if self.person.uid == os.getuid():
            with patch.dict(os.environ, settings):
                return await _done(self.sandbox, order, self.person.home)
        command = [sys.executable, "-m", "tests.support.installing", self.sandbox]
        ended = await asyncio.to_thread(
            self.person.run, *command, json.dumps(order), seconds=120, **settings
        )
        assert ended.code == 0, ended.err
        return Came(**json.loads(ended.out))


async def _done(sandbox: str, order: Mapping[str, object], home: Path) -> Came:
    docker, cache = sandbox == "docker", home / "packages"
    backend = DockerBackend() if docker else BubblewrapBackend(cache=cache)
    if reason := await backend.available():
        raise SystemExit(reason)
    try:
        if "probe" in order:
            return await _probed(backend, str(order["probe"]), offline=bool(order["offline"]))
        return await _installed(backend, str(order["language"]), str(order["manifest"]).encode())
    finally:
        await backend.close()
        if docker:
            await remove_volumes()


async def _probed(backend: SandboxBackend, code: str, *, offline: bool) -> Came:
    probing, nothing = ("python3", "-c", f"{code}\nraise SystemExit(1)"), ("true",)
    commands = (nothing, probing) if offline else (probing, nothing)
    result = await backend.install(Installation(secrets.token_hex(8), *commands, files={}))
    return Came(result.ok, result.stdout + result.stderr, [])


async def _installed(backend: SandboxBackend, language: str, manifest: bytes) -> Came:
    stack = stacks()[language]
    assert stack.dependencies
    result = await install_dependencies(stack, {stack.dependencies.manifest: manifest}, backend)
    if not result.dependencies:
        return Came(result.ok, result.output, [])
    async with await backend.open({}, dependencies=result.dependencies) as box:
        listed = await box.exec(["python3", "-c", LISTING])
    return Came(result.ok, result.output, listed.stdout.splitlines())


if __name__ == "__main__":
    came = asyncio.run(_done(sys.argv[1], json.loads(sys.argv[2]), Path.home()))
    sys.stdout.write(json.dumps(asdict(came)))
