"""The gate lets so many calls be under way, and those of the run that came first go first."""

import asyncio

import pytest

from company.models.call_gate import CallGate
from company.models.client import ModelClient
from company.models.request import ModelRequest
from tests.support.scripted_provider import Call, ScriptedProvider


async def settled() -> None:
    """Let everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)


class Passing:
    """Calls that pass a gate, each held open until it is let go."""

    def __init__(self, gate: CallGate) -> None:
        self._gate = gate
        self.inside: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}

    def begin(self, run: str, name: str) -> asyncio.Task[None]:
        self._ends[name] = asyncio.Event()
        return asyncio.create_task(self._pass(run, name))

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await settled()

    async def _pass(self, run: str, name: str) -> None:
        async with self._gate.passage(run):
            self.inside.append(name)
            try:
                await self._ends[name].wait()
            finally:
                self.inside.remove(name)


async def test_no_more_pass_than_the_gate_allows() -> None:
    passing = Passing(CallGate(2))
    for name in "abc":
        passing.begin(name, name)
    await settled()
    assert passing.inside == ["a", "b"]
    await passing.end("a")
    assert passing.inside == ["b", "c"]


async def test_the_run_that_came_first_goes_first_however_late_it_asks() -> None:
    passing = Passing(CallGate(1))
    passing.begin("first", "1")
    await settled()
    passing.begin("second", "2")
    passing.begin("third", "3")
    passing.begin("first", "1 again")
    await settled()
    order = []
    for name in ("1", "1 again", "2", "3"):
        order += passing.inside
        await passing.end(name)
    assert order == ["1", "1 again", "2", "3"]
    assert passing.inside == []


async def test_who_gives_up_takes_no_place() -> None:
    passing = Passing(CallGate(1))
    passing.begin("a", "a")
    await settled()
    waiting = passing.begin("b", "b")
    passing.begin("c", "c")
    await settled()
    waiting.cancel()
    await passing.end("a")
    assert passing.inside == ["c"]
    await passing.end("c")
    passing.begin("d", "d")
    await settled()
    assert passing.inside == ["d"]


async def test_who_gives_up_in_the_moment_of_its_turn_hands_it_on() -> None:
    gate = CallGate(1)
    passing = Passing(gate)
    passing.begin("a", "a")
    await settled()
    waiting = passing.begin("b", "b")
    passing.begin("c", "c")
    await settled()
    gate._leave()  # b's turn has come, and b does not know it yet
    waiting.cancel()
    await settled()
    assert passing.inside == ["a", "c"]


@pytest.mark.parametrize("at_once", [1, 3])
async def test_a_client_has_no_more_calls_under_way(at_once: int) -> None:
    full = asyncio.Event()

    async def answer(_: Call) -> str:
        if provider.in_flight == at_once:
            full.set()
        await full.wait()
        return "yes"

    async with (
        ScriptedProvider([answer]) as provider,
        ModelClient(calls_at_once=at_once) as client,
    ):
        model = f"url:{provider.url}#scripted"
        request = ModelRequest(model, [{"role": "user", "content": "?"}])
        await asyncio.gather(*(client.complete(request) for _ in range(8)))
        assert provider.most_in_flight == at_once
