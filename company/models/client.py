"""One client for every model: it asks until there is an answer, or says why there is none."""

import asyncio
import os
import random
from collections.abc import Callable, Mapping
from contextlib import aclosing, nullcontext
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any, Self

from company.models.body import refused_parameter, request_body
from company.models.clock import Clock, SystemClock
from company.models.completion import Completion, CompletionRequest, Usage
from company.models.endpoint import Endpoint, endpoint_of
from company.models.failure import Failure
from company.models.faults import explain, is_overflow, quote
from company.models.model_id import ModelId, capabilities, parse_model_id
from company.models.prices import cost_of
from company.models.provider import Structured
from company.models.reader import ReplyReader
from company.models.repetition import RepetitionWatch
from company.models.retry import RetryPolicy, retry_after
from company.tokens import BYTES_PER_TOKEN, estimate_prompt

if TYPE_CHECKING:
    from company.models.transport import Timeouts, Transport

REPETITION = "repetition"
OnWords = Callable[[str], None]
OnRetry = Callable[[str], None]


@dataclass(slots=True)
class _Line:
    """Everything remembered about one model."""

    endpoint: Endpoint
    transport: "Transport"
    gate: asyncio.Semaphore | None
    refused: set[str] = field(default_factory=set)


class ModelClient:
    """Calls models for any number of conversations at once; belongs to one event loop."""

    def __init__(
        self,
        *,
        env: Mapping[str, str] | None = None,
        timeouts: "Timeouts | None" = None,
        retry: RetryPolicy | None = None,
        clock: Clock | None = None,
        seed: int = 0,
    ) -> None:
        self._env = os.environ if env is None else env
        self._timeouts = timeouts
        self._retry = retry or RetryPolicy()
        self._clock = clock or SystemClock()
        self._jitter = random.Random(seed)  # noqa: S311  spreads retries, guards nothing
        self._lines: dict[str, _Line] = {}
        self._transports: dict[tuple[str, str | None], Transport] = {}
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        transports = list(self._transports.values())
        self._transports.clear()
        self._lines.clear()
        for transport in transports:
            await transport.aclose()

    async def complete(
        self,
        request: CompletionRequest,
        on_words: OnWords | None = None,
        on_retry: OnRetry | None = None,
    ) -> Completion:
        """Ask the model until it answers.

        `on_words` gets the text as it arrives. `on_retry` gets one sentence before each new
        attempt; the words heard so far are then void.
        Raises ConfigurationError, ContextOverflow, or ProviderError once there is no more hope.
        """
        line = self._lines.get(request.model) or await self._open(request.model)
        async with line.gate or nullcontext():
            return await self._ask(line, request, on_words, on_retry)

    def structured(self, model: str) -> Structured:
        """The strictest `response_format` the model takes, as far as its answers have shown."""
        line = self._lines.get(model)
        if line and "response_format" in line.refused:
            return "none"
        return capabilities(model).structured

    async def _ask(
        self,
        line: _Line,
        request: CompletionRequest,
        on_words: OnWords | None,
        on_retry: OnRetry | None,
    ) -> Completion:
        started = self._clock.monotonic()
        wasted: Usage | None = None
        attempt = 1
        while True:
            body = request_body(request, line.endpoint, line.refused)
            reader = ReplyReader()
            try:
                await self._listen(line.transport, body, reader, on_words)
            except Failure as failure:
                refused = refused_parameter(failure, body)
                if refused and not is_overflow(failure):
                    line.refused.add(refused)
                    continue
                if reader.received_bytes:
                    spent = _usage(reader, request)
                    wasted = wasted + spent if wasted else spent
                await self._pause(line.endpoint, failure, attempt, on_retry)
                attempt += 1
                continue
            usage = _usage(reader, request)
            usage = wasted + usage if wasted else usage
            return Completion(
                text=reader.text,
                model=request.model,
                finish_reason=reader.finish_reason or "",
                usage=usage,
                cost=cost_of(line.endpoint.id, usage),
                seconds=round(self._clock.monotonic() - started, 3),
            )

    async def _listen(
        self,
        transport: "Transport",
        body: Mapping[str, Any],
        reader: ReplyReader,
        on_words: OnWords | None,
    ) -> None:
        watch = RepetitionWatch()
        async with aclosing(transport.chunks(body)) as answer:
            async for chunks in answer:
                for chunk in chunks:
                    words = reader.take(chunk)
                    if words and on_words:
                        on_words(words)
                    if watch.take(words):
                        reader.cut_off(watch.surplus, REPETITION)
                        return
        words = reader.finish()
        if words and on_words:
            on_words(words)

    async def _pause(
        self, endpoint: Endpoint, failure: Failure, attempt: int, on_retry: OnRetry | None
    ) -> None:
        """Wait before the next attempt, or raise the error where there is to be none."""
        now = self._clock.now()
        wait = self._retry.wait(failure, attempt, self._jitter, now)
        if wait is None:
            asked = retry_after(failure.headers, now) if failure.retryable else None
            too_long = asked if asked is not None and asked > self._retry.longest_asked else None
            raise explain(failure, endpoint, attempts=attempt, wait=too_long, now=now) from None
        if on_retry:
            title = endpoint.id.provider.title
            on_retry(f"{title}: {quote(failure, endpoint)}; trying again in {wait:.1f} s")
        await self._clock.sleep(wait)

    async def _open(self, text: str) -> _Line:
        from company.models.transport import Timeouts, Transport

        async with self._opening:
            if text in self._lines:
                return self._lines[text]
            endpoint = await self._endpoint(parse_model_id(text))
            place = (endpoint.base_url, endpoint.key)
            transport = self._transports.get(place)
            if transport is None:
                transport = Transport(endpoint, self._timeouts or Timeouts())
                self._transports[place] = transport
            gate = asyncio.Semaphore(endpoint.at_once) if endpoint.at_once else None
            self._lines[text] = _Line(endpoint, transport, gate)
            return self._lines[text]

    async def _endpoint(self, model_id: ModelId) -> Endpoint:
        if model_id.provider.name != "local":
            return endpoint_of(model_id, self._env)
        from company.models.local.server import embedded_endpoint

        return await asyncio.to_thread(embedded_endpoint, model_id, self._env)


def _usage(reader: ReplyReader, request: CompletionRequest) -> Usage:
    if reader.usage is not None:
        return reader.usage
    written = ceil(reader.received_bytes / BYTES_PER_TOKEN)
    return Usage(estimate_prompt(request.messages), written, reported=False)
