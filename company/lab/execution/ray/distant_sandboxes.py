"""Sandboxes as home uses them through a worker: each is on the worker's node."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Any, Self

from company.lab.execution.ray.distant_worker import DistantWorker, WorkerLost
from company.lab.execution.ray.worker import Worker
from warehouse.errors import SandboxError
from warehouse.sandbox.sandbox import CommandResult, Dependencies, Installation, Limits
from warehouse.sandbox.served import ServedProgram
from warehouse.sandbox.stacks.stack import Stack


class DistantBackend:
    """The sandbox backend of one node; the worker opens and closes it."""

    _numbers = count()

    def __init__(self, name: str, worker: DistantWorker) -> None:
        self.name = name
        self._worker = worker

    async def available(self) -> str | None:
        return None

    async def open(
        self,
        files: Mapping[str, bytes],
        *,
        stack: Stack | None = None,
        dependencies: Dependencies | None = None,
        limits: Limits | None = None,
    ) -> "DistantSandbox":
        sandbox = DistantSandbox(self.name, next(self._numbers), self._worker)
        language = stack.name if stack else None
        try:
            await self._worker.call(
                Worker.open_sandbox, sandbox.number, files, language, dependencies, limits
            )
        except BaseException:
            await sandbox.stop()
            raise
        return sandbox

    async def serve(
        self, argv: Sequence[str], files: Mapping[str, bytes], **_: Any
    ) -> ServedProgram:
        raise SandboxError("Servers of tools cannot be had on the nodes of a cluster.")

    async def soft_limits(self) -> str:
        return await self._worker.call(Worker.soft_limits)

    async def fingerprint(self) -> str:
        return await self._worker.call(Worker.fingerprint)

    async def find_installed(self, key: str) -> Dependencies | None:
        return await self._worker.call(Worker.find_installed, key)

    async def install(self, installation: Installation) -> CommandResult:
        """By the package settings of the node: ours stay here."""
        return await self._worker.call(Worker.install, installation)

    async def prune(self) -> list[str]:
        return []

    async def close(self) -> None:
        pass


class DistantSandbox:
    """One sandbox on a node; it ends with the worker at the latest."""

    def __init__(self, name: str, number: int, worker: DistantWorker) -> None:
        self.name = name
        self.number = number
        self._worker = worker

    async def exec(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> CommandResult:
        result: CommandResult = await self._ask("exec", argv, stdin=stdin, env=env, seconds=seconds)
        return result

    async def write(self, files: Mapping[str, bytes]) -> None:
        await self._ask("write", files)

    async def read(self, paths: Sequence[str] | None = None) -> dict[str, bytes]:
        files: dict[str, bytes] = await self._ask("read", paths)
        return files

    async def stop(self) -> None:
        with suppress(WorkerLost):
            await self._worker.call(Worker.stop_sandbox, self.number)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def _ask(self, method: str, *arguments: Any, **options: Any) -> Any:
        try:
            return await self._worker.call(
                Worker.in_sandbox, self.number, method, arguments, options
            )
        except asyncio.CancelledError:
            # As in every sandbox: nothing of a command is alive when whoever waited goes on.
            await self.stop()
            raise
