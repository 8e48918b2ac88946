"""The pipes to the steward inside one `bwrap`, from its start until nothing is left of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Sequence

from warehouse import child_process
from warehouse.errors import SandboxError
from warehouse.sandbox.bubblewrap.cgroup import ControlGroup

JOIN = 'for group in $1; do echo $$ > "$group" || exit 125; done; shift; exec "$@"'
MOST_LAST_WORDS = 2_000


async def start_bwrap(argv: Sequence[str], group: ControlGroup | None) -> BubblewrapLink:
    """Start `bwrap` in a control group. Raises SandboxError."""
    info, info_end = os.pipe()
    os.set_blocking(info, False)
    command = [argv[0], "--info-fd", str(info_end), *argv[1:]]
    if group:
        command = ["/bin/sh", "-c", JOIN, "sh", " ".join(group.members), *command]
    try:
        process = await child_process.start(command, environment={}, handed_on=(info_end,))
    except OSError as error:
        os.close(info)
        if group:
            group.remove()
        raise SandboxError(f"{argv[0]} cannot be started: {error.strerror}.") from None
    finally:
        os.close(info_end)
    return BubblewrapLink(process, info, group)


class BubblewrapLink:
    """The pipes to the steward inside one `bwrap`; on `info` it tells the id of that process."""

    def __init__(
        self, process: asyncio.subprocess.Process, info: int, group: ControlGroup | None
    ) -> None:
        assert process.stdin and process.stdout and process.stderr
        self._process, self._info, self._group = process, info, group
        self._stdin, self._stdout, self._stderr = process.stdin, process.stdout, process.stderr

    async def send(self, data: bytes) -> None:
        try:
            self._stdin.write(data)
            await self._stdin.drain()
        except ConnectionError:
            raise EOFError from None

    async def receive(self, count: int) -> bytes:
        return await self._stdout.readexactly(count)

    async def last_words(self) -> str:
        words = await self._stderr.read(MOST_LAST_WORDS)
        return words.decode(errors="replace").strip()

    async def kill(self) -> None:
        """Kill process 1 inside; `bwrap` itself ends only when nothing is left of its namespace."""
        info, self._info = self._info, -1
        if info >= 0:
            if self._process.returncode is None:
                _kill_inside(info, self._process)
            os.close(info)
        self._stdin.close()
        # asyncio holds a process for running until its pipes are read out.
        with contextlib.suppress(RuntimeError):  # somebody is reading, and will meet the end
            while await self._stdout.read(65536):
                pass
        await self._process.wait()
        if self._group:
            self._group.remove()


def _kill_inside(info: int, process: asyncio.subprocess.Process) -> None:
    try:
        inside = json.loads(os.read(info, 4096))["child-pid"]
        os.kill(inside, signal.SIGKILL)
    except (OSError, ValueError, KeyError):
        process.kill()
