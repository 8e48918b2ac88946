"""The requests and tokens a minute that all conversations of a process share."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from company.errors import ConfigurationError
from company.models.call import OutOfTime
from company.models.client import ModelClient
from company.models.rates import PERIOD, Rate, Rates, TypicalReply
from company.models.request import ModelRequest
from tests.support.asking import ImpatientClock
from tests.support.scripted_provider import Reply, ScriptedProvider


class HandClock:
    """Stands still until it is put forward."""

    def __init__(self) -> None:
        self.time = 0.0
        self._sleeping: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._sleeping.append((self.time + seconds, woken))
        await woken

    async def put_forward(self, seconds: float) -> None:
        self.time += seconds
        for at, woken in self._sleeping:
            if at <= self.time and not woken.done():
                woken.set_result(None)
        await settled()


async def settled() -> None:
    """Let every task come as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


class Line:
    """Calls that want to begin, in one order, and those that have."""

    def __init__(self, rate: Rate, clock: HandClock | None = None) -> None:
        self.clock = clock or HandClock()
        self.rates = Rates({"openai": rate}, self.clock)
        self.begun: list[str] = []
        self.numbers: dict[str, int] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def want(self, **calls: int) -> None:
        """Calls by name, with the tokens they will probably use."""
        for name, tokens in calls.items():
            self._tasks[name] = asyncio.create_task(self._begin(name, tokens))
        await settled()

    async def _begin(self, name: str, tokens: int) -> None:
        self.numbers[name] = await self.rates.admit("openai", tokens)
        self.begun.append(name)

    async def used(self, name: str, tokens: int) -> None:
        self.rates.settle("openai", self.numbers[name], tokens)
        await settled()

    async def give_up(self, name: str) -> None:
        self._tasks[name].cancel()
        await settled()


@settings(max_examples=200, deadline=None)
@given(
    requests=st.none() | st.integers(1, 6),
    tokens=st.none() | st.integers(1, 100),
    calls=st.lists(st.integers(0, 150), max_size=25),
)
async def test_in_no_minute_more_begins_than_a_rate_says(
    requests: int | None, tokens: int | None, calls: list[int]
) -> None:
    clock = ImpatientClock()
    rates = Rates({"openai": Rate(requests, tokens)}, clock)
    begun: list[tuple[float, int]] = []

    async def call(amount: int) -> None:
        await rates.admit("openai", amount)
        begun.append((clock.monotonic(), amount))

    await asyncio.gather(*map(call, calls))

    assert [amount for _, amount in begun] == calls, "in the order in which they came"
    for at, _ in begun:
        minute = [amount for then, amount in begun if at <= then < at + PERIOD - 1e-6]
        assert requests is None or len(minute) <= requests
        assert tokens is None or sum(minute) <= tokens or len(minute) == 1


async def test_a_long_prompt_is_not_overtaken_by_short_ones() -> None:
    line = Line(Rate(tokens=100))
    await line.want(first=60, long=90, short=10)
    assert line.begun == ["first"]

    await line.clock.put_forward(PERIOD)

    assert line.begun == ["first", "long", "short"]


async def test_what_a_call_has_left_is_there_for_others_at_once() -> None:
    line = Line(Rate(tokens=100))
    await line.want(first=90, second=50)
    assert line.begun == ["first"]

    await line.used("first", 20)

    assert line.begun == ["first", "second"]


async def test_what_a_call_used_beyond_its_estimate_is_missing_for_others() -> None:
    line = Line(Rate(tokens=100))
    await line.want(first=10)
    await line.used("first", 95)

    await line.want(second=10)

    assert line.begun == ["first"]
    await line.clock.put_forward(PERIOD)
    assert line.begun == ["first", "second"]


async def test_what_a_call_of_long_ago_used_changes_nothing() -> None:
    line = Line(Rate(tokens=100))
    await line.want(old=100)
    await line.clock.put_forward(PERIOD)
    await line.want(new=100)

    await line.used("old", 5)
    await line.want(next=50)

    assert line.begun == ["old", "new"]


async def test_a_call_given_up_while_it_waits_takes_nothing() -> None:
    line = Line(Rate(requests=2))
    await line.want(first=0, second=0, third=0, fourth=0, fifth=0)

    await line.give_up("third")
    await line.clock.put_forward(PERIOD)

    assert line.begun == ["first", "second", "fourth", "fifth"]


async def test_a_provider_that_asks_for_peace_is_left_alone_and_others_are_not() -> None:
    clock = HandClock()
    rates = Rates(clock=clock)
    rates.hold("openai", 7.0)
    rates.hold("openai", 3.0)
    waiting = asyncio.create_task(rates.admit("openai", 5))

    await rates.admit("groq", 5)
    await clock.put_forward(6.9)
    assert not waiting.done()
    await clock.put_forward(0.1)
    assert waiting.done()


def test_a_rate_that_lets_nothing_through_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="A rate of 0 tokens a minute"):
        Rate(tokens=0)


def test_a_rate_for_nobody_known_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"no model provider 'openia'.*mean 'openai'"):
        Rates({"openia": Rate(requests=1)})


def test_the_longest_reply_is_reckoned_with_until_one_is_known() -> None:
    reply = TypicalReply()
    assert (reply.expected(4096), reply.expected(None)) == (4096, 0)

    reply.learn(100)
    reply.learn(201)

    assert (reply.expected(4096), reply.expected(None), reply.expected(50)) == (151, 151, 50)


# In the client


def question(provider: ScriptedProvider, **more: int) -> ModelRequest:
    messages = [{"role": "user", "content": "hello"}]
    return ModelRequest(f"url:{provider.url}#scripted", messages, **more)  # type: ignore[arg-type]


def for_seconds(seconds: float) -> Callable[[], float]:
    """The time left of so many seconds from now on."""
    until = time.monotonic() + seconds
    return lambda: until - time.monotonic()


async def test_waiting_for_the_rate_is_part_of_the_time_that_a_call_has() -> None:
    async with ScriptedProvider(["ok"]) as provider:
        rates = Rates({provider.url: Rate(requests=1)})
        async with ModelClient(env={}, rates=rates) as client:
            await client.complete(question(provider))
            with pytest.raises(OutOfTime) as late:
                await client.complete(question(provider), within=for_seconds(0.1))
        assert late.value.used is None
        assert len(provider.calls) == 1


async def test_a_call_cancelled_while_it_waits_for_the_rate_has_used_nothing() -> None:
    async with ScriptedProvider(["ok"]) as provider:
        rates = Rates({provider.url: Rate(requests=1)})
        async with ModelClient(env={}, rates=rates) as client:
            await client.complete(question(provider))
            waiting = asyncio.create_task(client.complete(question(provider)))
            await settled()
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError) as cancelled:
                await waiting
        assert type(cancelled.value) is asyncio.CancelledError


async def test_tokens_are_estimated_and_put_right_by_what_was_used() -> None:
    """The second call fits only because the first is known to have used less than it might."""
    async with ScriptedProvider(["ok"]) as provider:
        rates = Rates({provider.url: Rate(tokens=1_000)})
        async with ModelClient(env={}, rates=rates) as client:
            for _ in range(3):
                await client.complete(question(provider, max_tokens=900), within=for_seconds(20))
        assert len(provider.calls) == 3


async def test_who_is_told_to_wait_holds_the_others_back_too() -> None:
    refusal = Reply(fault="rate_limit", retry_after="400ms")
    async with ScriptedProvider(["ok"], faults={0: refusal}) as provider:
        async with ModelClient(env={}) as client:
            refused = asyncio.Event()
            first = asyncio.create_task(
                client.complete(question(provider), on_retry=lambda _: refused.set())
            )
            await refused.wait()
            await asyncio.gather(first, *(client.complete(question(provider)) for _ in range(5)))
        told, *later = [call.at for call in provider.calls]
        assert len(later) == 6
        assert min(later) - told >= 0.4


async def test_models_of_one_provider_share_its_rate() -> None:
    async with ScriptedProvider(["ok"], models=("one", "two")) as provider:
        env = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": provider.url}
        messages = [{"role": "user", "content": "hello"}]
        async with ModelClient(env=env, rates=Rates({"openai": Rate(requests=2)})) as client:
            for model in ("gpt-4o", "gpt-4o-mini"):
                await client.complete(ModelRequest(f"openai:{model}", messages))
            with pytest.raises(OutOfTime):
                another = ModelRequest("openai:gpt-4.1", messages)
                await client.complete(another, within=for_seconds(0.1))
