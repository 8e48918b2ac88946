"""How many sandboxes are open at once. What each of them promises, the contract says."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from warehouse.errors import SandboxError
from warehouse.sandbox.bounded import BoundedBackend
from warehouse.sandbox.host.backend import HostBackend
from warehouse.sandbox.sandbox import Installation, Sandbox


@pytest.fixture
async def backend() -> AsyncIterator[BoundedBackend]:
    """Two at once, on this machine; nothing is run that could harm it."""
    backend = BoundedBackend(HostBackend(), 2)
    yield backend
    await backend.close()


async def as_far_as_it_comes(task: asyncio.Task[Sandbox]) -> bool:
    """Whether the sandbox is open, after everything had its turn."""
    for _ in range(20):
        await asyncio.sleep(0)
    return task.done()


def opening(backend: BoundedBackend) -> asyncio.Task[Sandbox]:
    async def open_one() -> Sandbox:
        return await backend.open({})

    return asyncio.create_task(open_one())


async def test_a_third_waits_until_one_has_been_stopped(backend: BoundedBackend) -> None:
    async with await backend.open({}) as first, await backend.open({}):
        third = opening(backend)
        assert not await as_far_as_it_comes(third)
        await first.stop()
        async with await third as sandbox:
            assert (await sandbox.exec(["echo", "hello"])).stdout == "hello\n"


async def test_stopping_twice_gives_one_place_up(backend: BoundedBackend) -> None:
    first, second = await backend.open({}), await backend.open({})
    await first.stop()
    await first.stop()
    async with second, await backend.open({}):
        another = opening(backend)
        assert not await as_far_as_it_comes(another)
    await (await another).stop()


async def test_what_did_not_start_takes_no_place(backend: BoundedBackend) -> None:
    for _ in range(5):
        with pytest.raises(SandboxError, match="cannot be put into a sandbox"):
            await backend.open({"../escape": b""})
    async with await backend.open({}), await backend.open({}) as sandbox:
        assert sandbox.name == backend.name == "host"


async def test_what_was_given_up_while_it_waited_takes_no_place(backend: BoundedBackend) -> None:
    async with await backend.open({}), await backend.open({}):
        waiting = opening(backend)
        assert not await as_far_as_it_comes(waiting)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with await backend.open({}), await backend.open({}):
        pass


async def test_a_command_that_was_cut_off_gives_its_place_back(backend: BoundedBackend) -> None:
    async def hang() -> None:
        async with await backend.open({}) as sandbox:
            await sandbox.exec(["sleep", "60"])

    hanging = [asyncio.create_task(hang()) for _ in range(2)]
    third = opening(backend)
    assert not await as_far_as_it_comes(third)
    for task in hanging:
        task.cancel()
    assert await asyncio.gather(*hanging, return_exceptions=True)
    await (await third).stop()


async def test_an_installation_waits_for_its_turn_too(backend: BoundedBackend) -> None:
    installation = Installation(key="k", fetch=("true",), unpack=("true",), files={})
    async with await backend.open({}), await backend.open({}):
        installing = asyncio.create_task(backend.install(installation))
        for _ in range(20):
            await asyncio.sleep(0)
        assert not installing.done()
    assert "Nothing is installed on the host" in (await installing).stderr
