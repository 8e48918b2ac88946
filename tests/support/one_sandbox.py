"""One sandbox in the place of many: emptied for the next as soon as it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from warehouse.sandbox.sandbox import CommandResult, Dependencies, Limits, Sandbox, SandboxBackend
from warehouse.sandbox.stacks.stack import Stack

EMPTY = ("find", "/box", "/tmp", "-mindepth", "1", "-delete")


class OneSandbox(SandboxBackend):
    """A backend for products in one language that install nothing and are looked at in turn."""

    def __init__(self, backend: SandboxBackend) -> None:
        self.name = backend.name
        self._backend = backend
        self._sandbox: Sandbox | None = None

    async def open(
        self,
        files: Mapping[str, bytes],
        *,
        stack: Stack | None = None,
        dependencies: Dependencies | None = None,
        limits: Limits | None = None,
    ) -> Sandbox:
        assert dependencies is None
        if self._sandbox is None:
            self._sandbox = await self._backend.open({}, stack=stack, limits=limits)
        emptied = await self._sandbox.exec(EMPTY)
        assert emptied.ok, emptied.stderr
        await self._sandbox.write(files)
        return _Lent(self._sandbox)

    async def close(self) -> None:
        if self._sandbox is not None:
            await self._sandbox.stop()
        await self._backend.close()


class _Lent(Sandbox):
    """It stays open when its user has done with it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.name = sandbox.name
        self.write, self.read = sandbox.write, sandbox.read  # type: ignore[method-assign]
        self._exec = sandbox.exec

    async def exec(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> CommandResult:
        return await self._exec(argv, stdin=stdin, env=env, seconds=seconds)

    async def stop(self) -> None:
        return
