"""A program on this machine itself that is spoken with: for those who ask for it by name."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence

from warehouse import child_process
from warehouse.errors import SandboxError
from warehouse.sandbox.served import CHUNK
from warehouse.sandbox.steward.commands import Clipped

ERRORS = 4_000
"""Bytes that are kept of what it writes to standard error."""
GRACE_SECONDS = 2.0


class HostProgram:
    """A process in a session of its own, which ends with all that stayed in it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin and process.stdout and process.stderr
        self._process, self._stdin, self._stdout = process, process.stdin, process.stdout
        self._errors = Clipped(ERRORS)
        self._listening = asyncio.ensure_future(self._listen(process.stderr))

    @classmethod
    async def start(cls, argv: Sequence[str], environment: Mapping[str, str]) -> HostProgram:
        """Start it with the everyday environment and this. Raises SandboxError where it cannot be."""
        everyday = child_process.own_environment()
        try:
            return cls(await child_process.start(argv, environment={**everyday, **environment}))
        except OSError as error:
            raise SandboxError(f"{argv[0]} cannot be started: {error.strerror}.") from None

    async def send(self, data: bytes) -> None:
        try:
            self._stdin.write(data)
            await self._stdin.drain()
        except ConnectionError:
            raise EOFError from None

    async def receive(self) -> bytes:
        return await self._stdout.read(CHUNK)

    async def stop(self) -> str:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._stdin.close()
        # What left the session may hold the pipes for ever: it is not waited for.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                await asyncio.gather(self._listening, self._read_out(), self._process.wait())
        return self._errors.finish()[0].decode(errors="replace")

    async def _read_out(self) -> None:
        """asyncio holds a process for running until its pipes are read out."""
        with contextlib.suppress(RuntimeError):  # somebody is reading, and will meet the end
            while await self._stdout.read(CHUNK):
                pass

    async def _listen(self, stderr: asyncio.StreamReader) -> None:
        while data := await stderr.read(CHUNK):
            self._errors.add(data)
