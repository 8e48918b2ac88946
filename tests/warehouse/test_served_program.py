"""A program in a sandbox that is spoken with while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.sandboxes import make_backend
from tests.support.serving import eventually
from tests.support.waiting import PATIENCE
from warehouse.sandbox.host.served import HostProgram
from warehouse.sandbox.sandbox import Limits, SandboxBackend
from warehouse.sandbox.served import ServedProgram

LIMITS = Limits(seconds=20, memory_mb=96, processes=24, disk_mb=16, output_kb=16)
ECHO = ["python3", "-u", "-c", "import sys\nfor line in sys.stdin: print(line.upper(), end='')"]
KINDS = ["bubblewrap", pytest.param("docker", marks=pytest.mark.engine), "bounded"]


@pytest.fixture(params=KINDS)
async def backend(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SandboxBackend]:
    backend = await make_backend(request.param, tmp_path)
    yield backend
    await backend.close()


async def heard(program: ServedProgram, size: int) -> bytes:
    """So much of what it says, or all of it where it ends before."""
    said = b""
    while len(said) < size and (piece := await program.receive()):
        said += piece
    return said


async def test_it_answers_again_and_again_however_much_it_is_told(backend: SandboxBackend) -> None:
    program = await backend.serve(ECHO, {}, limits=LIMITS)
    try:
        for line in (b"one\n", b"x" * 300_000 + b"\n", b"two\n"):
            _, said = await asyncio.gather(program.send(line), heard(program, len(line)))
            assert said == line.upper()
    finally:
        await program.stop()
    assert await program.receive() == b""


async def test_its_last_words_are_kept_when_it_ends(backend: SandboxBackend) -> None:
    code = "import sys; print(open('note').read(), end=''); sys.exit('broken')"
    program = await backend.serve(["python3", "-c", code], {"note": b"noted"}, limits=LIMITS)
    assert await heard(program, 100) == b"noted"
    assert "broken" in await program.stop()


async def test_it_is_ended_after_its_time_with_all_that_it_started(backend: SandboxBackend) -> None:
    limits = Limits(seconds=1, memory_mb=96, processes=24, disk_mb=16, output_kb=16)
    argv = ["sh", "-c", "setsid sleep 600 & sleep 600"]
    program = await backend.serve(argv, {}, limits=limits)
    async with asyncio.timeout(PATIENCE):
        assert await program.receive() == b""
    await program.stop()


async def test_on_the_host_it_ends_with_all_that_it_started() -> None:
    program = await HostProgram.start(["sh", "-c", "echo why >&2; sleep 600 & echo $!; wait"], {})
    child = int(await program.receive())
    assert (await program.stop()).strip() == "why"
    await eventually(lambda: has_ended(child))


def has_ended(pid: int) -> bool:
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
