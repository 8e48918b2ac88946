"""A few sandboxes in the place of many: each is emptied when it is asked for again, not made anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from warehouse.sandbox.sandbox import (
    CommandResult,
    Dependencies,
    Installation,
    Limits,
    Sandbox,
    SandboxBackend,
)
from warehouse.sandbox.stacks.stack import Stack

EMPTY = ("find", "/box", "/tmp", "-mindepth", "1", "-delete")
Kind = tuple[str | None, Limits | None]


class SharedSandboxes(SandboxBackend):
    """A backend for products that are looked at in turn: those of a language and with the same limits
    share a sandbox. Where packages are installed, each has its own."""

    def __init__(self, backend: SandboxBackend) -> None:
        self.name = backend.name
        self._backend = backend
        self._open: dict[Kind, Sandbox] = {}

    async def open(
        self,
        files: Mapping[str, bytes],
        *,
        stack: Stack | None = None,
        dependencies: Dependencies | None = None,
        limits: Limits | None = None,
    ) -> Sandbox:
        if dependencies is not None:
            return await self._backend.open(
                files, stack=stack, dependencies=dependencies, limits=limits
            )
        kind = (stack and stack.name, limits)
        if kind not in self._open:
            self._open[kind] = await self._backend.open({}, stack=stack, limits=limits)
        sandbox = self._open[kind]
        emptied = await sandbox.exec(EMPTY)
        assert emptied.ok, emptied.stderr
        await sandbox.write(files)
        return _Lent(sandbox)

    async def soft_limits(self) -> str:
        return await self._backend.soft_limits()

    async def fingerprint(self) -> str:
        return await self._backend.fingerprint()

    async def find_installed(self, key: str) -> Dependencies | None:
        return await self._backend.find_installed(key)

    async def install(self, installation: Installation) -> CommandResult:
        return await self._backend.install(installation)

    async def close(self) -> None:
        for sandbox in self._open.values():
            await sandbox.stop()
        await self._backend.close()


class _Lent(Sandbox):
    """It stays open when its user has done with it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.name = sandbox.name
        self._sandbox = sandbox

    async def exec(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> CommandResult:
        return await self._sandbox.exec(argv, stdin=stdin, env=env, seconds=seconds)

    async def write(self, files: Mapping[str, bytes]) -> None:
        await self._sandbox.write(files)

    async def read(self, paths: Sequence[str] | None = None) -> dict[str, bytes]:
        return await self._sandbox.read(paths)

    async def stop(self) -> None:
        return
