"""Asking a scripted provider through the real client, without real waiting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from company.models.client import ModelClient
from company.models.request import ModelRequest
from company.models.retry import RetryPolicy
from company.models.transport import Timeouts
from tests.support.scripted_provider import Answer, ScriptedProvider
from warehouse.events import CompletionResult

KEY = "sk-averysecretkey-0123456789"
QUICK = Timeouts(connect=2.0, idle=0.3, idle_own_machine=0.3, whole=2.0)


class ImpatientClock:
    """Sleeps no time at all, and remembers how long it should have."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.start = datetime(2026, 1, 1, tzinfo=UTC)
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        """What happens while the client sleeps."""

    def now(self) -> datetime:
        return self.start + timedelta(seconds=sum(self.slept))

    def monotonic(self) -> float:
        return sum(self.slept)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)
        if self.meanwhile is not None:
            await self.meanwhile()


class Asking:
    """A scripted provider that answers as OpenAI, and a client that asks it."""

    def __init__(self, provider: ScriptedProvider, client: ModelClient, clock: ImpatientClock):
        self.provider = provider
        self.client = client
        self.clock = clock
        self.words: list[str] = []
        self.heard = asyncio.Event()
        self.retries: list[str] = []

    async def ask(
        self, text: str = "hello", *, model: str = "openai:gpt-4o-mini", **more: Any
    ) -> CompletionResult:
        messages = more.pop("messages", [{"role": "user", "content": text}])
        within, afford = more.pop("within", None), more.pop("afford", None)
        return await self.client.complete(
            ModelRequest(model=model, messages=messages, **more),
            on_words=self._hear,
            on_retry=self.retries.append,
            within=None if within is None else self._left_of(within),
            afford=afford,
        )

    def _left_of(self, seconds: float) -> Callable[[], float]:
        """The time left of so many seconds from now on, those of both clocks taken off."""
        until = time.monotonic() + self.clock.monotonic() + seconds
        return lambda: until - time.monotonic() - self.clock.monotonic()

    def _hear(self, words: str) -> None:
        self.words.append(words)
        self.heard.set()

    @property
    def calls(self) -> int:
        return len(self.provider.calls)


@asynccontextmanager
async def asking(
    *replies: Answer, attempts: int = 8, timeouts: Timeouts = QUICK, **provider: Any
) -> AsyncIterator[Asking]:
    clock = ImpatientClock()
    async with ScriptedProvider(replies, **provider) as server:
        env = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.url, "SPARK_API_PASSWORD": KEY}
        env |= {"SPARK_BASE_URL": server.url, "DEEPSEEK_API_KEY": KEY}
        env |= {"DEEPSEEK_BASE_URL": server.url, "OLLAMA_BASE_URL": server.url}
        retry = RetryPolicy(attempts=attempts)
        async with ModelClient(env=env, timeouts=timeouts, retry=retry, clock=clock) as client:
            yield Asking(server, client, clock)
