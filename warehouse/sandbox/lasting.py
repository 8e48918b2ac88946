"""A sandbox that stands again after a command took it down.

A program can leave so much with the kernel that this takes process 1 of its sandbox. That is the
end of the command; without a new sandbox it would end all that is still to be seen of the product.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from warehouse.errors import SandboxError
from warehouse.sandbox.sandbox import CommandResult, Sandbox


class FragileSandbox(Sandbox, Protocol):
    """One that what runs in it may take down."""

    taken_down: bool
    """Whether that has happened; it can do nothing more."""


Start = Callable[[Mapping[str, bytes]], Awaitable[FragileSandbox]]


class LastingSandbox(Sandbox):
    """One sandbox after another, each with the files that were put into the first; what commands left
    is lost with theirs. One request at a time."""

    def __init__(self, sandbox: FragileSandbox, files: Mapping[str, bytes], start: Start) -> None:
        self.name = sandbox.name
        self._sandbox = sandbox
        self._files = dict(files)
        self._start = start
        self._turn = asyncio.Lock()
        self._stopped = False

    async def exec(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> CommandResult:
        async with self._turn:
            await self._stand()
            return await self._sandbox.exec(argv, stdin=stdin, env=env, seconds=seconds)

    async def write(self, files: Mapping[str, bytes]) -> None:
        async with self._turn:
            await self._stand()
            try:
                await self._sandbox.write(files)
            except SandboxError:
                if not self._sandbox.taken_down:
                    raise
                await self._stand()  # what a command left took the rest of its memory
                await self._sandbox.write(files)
            for path, data in files.items():
                self._files.pop(path, None)  # the later one takes the place of what is in its way
                self._files[path] = data

    async def read(self, paths: Sequence[str] | None = None) -> dict[str, bytes]:
        async with self._turn:
            if self._sandbox.taken_down:
                # A new one has only what was put there: that would be no answer.
                raise SandboxError("What commands left was lost with their sandbox.")
            return await self._sandbox.read(paths)

    async def stop(self) -> None:
        self._stopped = True
        await self._sandbox.stop()

    async def _stand(self) -> None:
        if not self._sandbox.taken_down:
            return
        self._sandbox = await self._start(self._files)
        if self._stopped:  # while it was starting
            await self._sandbox.stop()
