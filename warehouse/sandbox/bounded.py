"""A backend that has no more than so many sandboxes open at once, whoever asks for them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from warehouse.sandbox.sandbox import (
    CommandResult,
    Dependencies,
    Installation,
    Limits,
    Sandbox,
    SandboxBackend,
)
from warehouse.sandbox.served import ServedProgram
from warehouse.sandbox.stacks.stack import Stack


class BoundedBackend(SandboxBackend):
    """Another backend, of which `open` and `install` wait for their turn; belongs to one event loop.

    Whoever has a sandbox open must not wait here for another one.
    """

    def __init__(self, backend: SandboxBackend, at_once: int) -> None:
        """`at_once` is 1 or more."""
        self.name = backend.name
        self._backend = backend
        self._places = asyncio.Semaphore(at_once)

    async def available(self) -> str | None:
        return await self._backend.available()

    async def open(
        self,
        files: Mapping[str, bytes],
        *,
        stack: Stack | None = None,
        dependencies: Dependencies | None = None,
        limits: Limits | None = None,
    ) -> BoundedSandbox:
        await self._places.acquire()
        try:
            opened = await self._backend.open(
                files, stack=stack, dependencies=dependencies, limits=limits
            )
        except BaseException:
            self._places.release()
            raise
        return BoundedSandbox(opened, self._places)

    async def serve(
        self,
        argv: Sequence[str],
        files: Mapping[str, bytes],
        *,
        stack: Stack | None = None,
        dependencies: Dependencies | None = None,
        limits: Limits | None = None,
    ) -> ServedProgram:
        """Takes no place: whoever has a server open waits for sandboxes beside it."""
        return await self._backend.serve(
            argv, files, stack=stack, dependencies=dependencies, limits=limits
        )

    async def soft_limits(self) -> str:
        return await self._backend.soft_limits()

    async def fingerprint(self) -> str:
        return await self._backend.fingerprint()

    async def find_installed(self, key: str) -> Dependencies | None:
        return await self._backend.find_installed(key)

    async def install(self, installation: Installation) -> CommandResult:
        async with self._places:
            return await self._backend.install(installation)

    async def prune(self) -> list[str]:
        return await self._backend.prune()

    async def close(self) -> None:
        await self._backend.close()


class BoundedSandbox(Sandbox):
    """A sandbox that gives its place up when it has been stopped."""

    def __init__(self, sandbox: Sandbox, places: asyncio.Semaphore) -> None:
        self.name = sandbox.name
        self._sandbox = sandbox
        self._places: asyncio.Semaphore | None = places

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
        try:
            await self._sandbox.stop()
        finally:
            places, self._places = self._places, None
            if places is not None:
                places.release()
