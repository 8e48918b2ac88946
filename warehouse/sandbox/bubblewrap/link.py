"""The pipes to the steward inside one `bwrap`, from its start until nothing is left of it."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import signal
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from warehouse import child_process
from warehouse.errors import SandboxError
from warehouse.sandbox.bubblewrap.child import leave
from warehouse.sandbox.bubblewrap.holding import Group

MOST_LAST_WORDS = 2_000


@dataclass(frozen=True)
class Confinement:
    """What holds one sandbox besides its namespaces."""

    seccomp: bytes
    """A filter of system calls."""
    group: Group | None
    cores: Collection[int]
    """None are all."""
    map_users: Callable[[int], None] | None
    """Tells a process's namespace of its users; None where `bwrap` tells it of one."""


async def start_bwrap(argv: Sequence[str], confinement: Confinement) -> BubblewrapLink:
    """Start `bwrap`, confined. Raises SandboxError."""
    info, info_end = os.pipe()
    mapped_end, mapped = os.pipe()
    filter_end = _filled_pipe(confinement.seccomp)
    ends = ["--info-fd", str(info_end), "--seccomp", str(filter_end)]
    if confinement.map_users:
        ends += ["--userns-block-fd", str(mapped_end)]
    # With the reading end of its own it can tell of its first process also when we were killed: it would
    # die of that, and the first process wait for it for ever.
    handed_on = (info_end, mapped_end, filter_end, info)
    try:
        try:
            process = await _start([argv[0], *ends, *argv[1:]], handed_on, confinement)
        except BaseException:
            os.close(info)
            raise
        finally:
            for end in (info_end, mapped_end, filter_end):
                os.close(end)
        inside = await _first_process(info)
        if confinement.map_users and inside is not None:
            _map_users(confinement.map_users, inside)
            os.write(mapped, b"\n")
    finally:
        os.close(mapped)
    return BubblewrapLink(process, inside, confinement.group)


async def _start(
    command: Sequence[str], handed_on: Sequence[int], confinement: Confinement
) -> asyncio.subprocess.Process:
    group = confinement.group
    try:
        return await child_process.start(
            group.around(command) if group else command,
            environment=group.environment if group else {},
            handed_on=handed_on,
            prepare=functools.partial(leave, confinement.cores),
        )
    except OSError as error:
        if group:
            group.remove()
        raise SandboxError(f"{command[0]} cannot be started: {error.strerror}.") from None


def _filled_pipe(content: bytes) -> int:
    """The reading end of a pipe that holds something small, and then ends."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(content)
    return reading


async def _first_process(info: int) -> int | None:
    """The id of process 1 of the sandbox, as `bwrap` tells it; None when it ended before."""
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(info, "rb", 0)
    )
    try:
        return int(json.loads(await reader.readuntil(b"}"))["child-pid"])
    except EOFError:
        return None
    finally:
        transport.close()


def _map_users(map_users: Callable[[int], None], inside: int) -> None:
    try:
        map_users(inside)
    except OSError as error:
        os.kill(inside, signal.SIGKILL)  # `bwrap` ends with it, and not the other way round
        raise SandboxError(f"bwrap's users cannot be mapped: {error.strerror}.") from None


class BubblewrapLink:
    """The pipes to the steward inside one `bwrap`, which is the process `inside`."""

    def __init__(
        self, process: asyncio.subprocess.Process, inside: int | None, group: Group | None
    ) -> None:
        assert process.stdin and process.stdout and process.stderr
        self._process, self._inside, self._group = process, inside, group
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
        inside, self._inside = self._inside, None
        if inside is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(inside, signal.SIGKILL)
        self._stdin.close()
        # asyncio holds a process for running until its pipes are read out.
        with contextlib.suppress(RuntimeError):  # somebody is reading, and will meet the end
            while await self._stdout.read(65536):
                pass
        await self._process.wait()
        if self._group:
            self._group.remove()
