"""The pipes to the steward inside one `bwrap`, from its start until nothing is left of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Sequence

from warehouse.errors import SandboxError
from warehouse.sandbox.bubblewrap.cgroup import ControlGroup

JOIN = 'for group in $1; do echo $$ > "$group" || exit 125; done; shift; exec "$@"'
MOST_LAST_WORDS = 2_000


class BubblewrapLink:
    """The pipes to the steward inside one `bwrap`."""

    def __init__(self, group: ControlGroup | None) -> None:
        self._group = group
        self._process: asyncio.subprocess.Process | None = None
        self._info = -1

    async def start(self, argv: Sequence[str]) -> None:
        self._info, info_end = os.pipe()
        os.set_blocking(self._info, False)
        command = [argv[0], "--info-fd", str(info_end), *argv[1:]]
        if self._group:
            command = ["/bin/sh", "-c", JOIN, "sh", " ".join(self._group.members), *command]
        try:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
                pass_fds=(info_end,),
                env={},
                cwd="/",
            )
        except OSError as error:
            await self.kill()
            raise SandboxError(f"{argv[0]} cannot be started: {error.strerror}.") from None
        finally:
            os.close(info_end)

    async def send(self, data: bytes) -> None:
        try:
            self._running.stdin.write(data)  # type: ignore[union-attr]
            await self._running.stdin.drain()  # type: ignore[union-attr]
        except ConnectionError:
            raise EOFError from None

    async def receive(self, count: int) -> bytes:
        return await self._running.stdout.readexactly(count)  # type: ignore[union-attr]

    async def last_words(self) -> str:
        words = await self._running.stderr.read(MOST_LAST_WORDS)  # type: ignore[union-attr]
        return words.decode(errors="replace").strip()

    async def kill(self) -> None:
        """Kill process 1 inside; `bwrap` itself ends only when nothing is left of its namespace."""
        process, self_info = self._process, self._info
        self._info = -1
        if self_info >= 0:
            if process and process.returncode is None:
                _kill_inside(self_info, process)
            os.close(self_info)
        if process:
            if process.stdin:
                process.stdin.close()
            await _drain(process.stdout)
            await process.wait()
        if self._group:
            self._group.remove()

    @property
    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise EOFError
        return self._process


async def _drain(pipe: asyncio.StreamReader | None) -> None:
    """Read to the end: asyncio holds a process for running until its pipes are read out."""
    with contextlib.suppress(RuntimeError):  # somebody is reading, and will meet the end
        while pipe is not None and await pipe.read(65536):
            pass


def _kill_inside(info: int, process: asyncio.subprocess.Process) -> None:
    try:
        inside = json.loads(os.read(info, 4096))["child-pid"]
        os.kill(inside, signal.SIGKILL)
    except (OSError, ValueError, KeyError):
        process.kill()
