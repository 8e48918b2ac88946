"""One client for every model: it keeps the lines to them, and asks until there is an answer."""

import asyncio
import os
import random
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TYPE_CHECKING, Self

from company.errors import CallCancelled
from company.models.call import Call, Listener, OpenModel, OutOfTime, Patience
from company.models.call_gate import CallGate
from company.models.clock import Clock, SystemClock, TimeLeft, time_limit
from company.models.concessions import ANY_JSON, NO_FORMAT
from company.models.endpoint import Endpoint, endpoint_of
from company.models.model_id import ModelId, capabilities, parse_model_id
from company.models.provider import Structured
from company.models.rates import RateKeeper, Rates
from company.models.recorded_answers import RecordedAnswers
from company.models.recorded_run import is_recorded
from company.models.request import ModelRequest
from company.models.retry import RetryPolicy
from company.models.script import is_scripted, scripted
from warehouse.collector import resting_collector
from warehouse.events import CompletionResult, UsedInVain
from warehouse.journal.journal import Event

if TYPE_CHECKING:
    from company.models.transport import Timeouts, Transport

OnWords = Callable[[str], None]
OnRetry = Callable[[str], None]
Afford = Callable[[UsedInVain], None]


class ModelClient:
    """Calls models for any number of conversations at once; belongs to one event loop."""

    def __init__(
        self,
        *,
        env: Mapping[str, str] | None = None,
        timeouts: "Timeouts | None" = None,
        retry: RetryPolicy | None = None,
        clock: Clock | None = None,
        rates: RateKeeper | None = None,
        calls_at_once: int | None = None,
    ) -> None:
        """`rates` may be shared by clients; without them, nothing is limited.

        `calls_at_once` bounds the calls under way to all models together.
        """
        self._env = os.environ if env is None else env
        self._timeouts = timeouts
        jitter = random.Random(0)  # noqa: S311  spreads retries, guards nothing
        self._patience = Patience(retry or RetryPolicy(), clock or SystemClock(), jitter)
        self._rates = rates or Rates(clock=clock)
        self._gate = CallGate(calls_at_once) if calls_at_once else None
        self._models: dict[str, OpenModel] = {}
        self._transports: dict[tuple[str, str | None], Transport] = {}
        self._opening = asyncio.Lock()
        self._recorded = RecordedAnswers()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        transports = list(self._transports.values())
        self._transports.clear()
        self._models.clear()
        for transport in transports:
            await transport.aclose()

    async def complete(
        self,
        request: ModelRequest,
        on_words: OnWords | None = None,
        on_retry: OnRetry | None = None,
        *,
        within: TimeLeft | None = None,
        afford: Afford | None = None,
    ) -> CompletionResult:
        """Ask the model until it answers; a recorded run answers from its journal, a script
        from its file, without a network.

        `on_words` gets the text as it arrives. `on_retry` gets one sentence before each new
        attempt; the words heard so far are then void. `within` tells the seconds left for everything,
        queue, rates and waits included. `afford` is told before each new attempt what the broken
        ones have used, where that is something; what it raises ends the call.
        Raises ConfigurationError, ContextOverflow, ProviderError once there is no more hope, or
        OutOfTime.
        """
        if is_recorded(request.model):
            return await self._recorded.complete(request, on_words)
        if is_scripted(request.model):
            return await scripted(request, on_words)
        call: Call | None = None
        try:
            async with time_limit(within) as limit:
                model = self._models.get(request.model) or await self._open(request.model)
                listener = Listener(on_words, on_retry, afford)
                call = Call(request, model, self._patience, listener, within)
                async with (
                    self._passage(model.gate, request.run),
                    self._passage(self._gate, request.run),
                ):
                    return await call.answer()
        except asyncio.CancelledError:
            if call is None or call.used is None:
                raise
            raise CallCancelled(call.used) from None
        except TimeoutError:
            if not limit.expired():
                raise
            raise OutOfTime(call.used if call else None) from None

    def recall(self, run: str, past: Iterable[Event]) -> None:
        """Let a run that is taken up again not be given recorded answers that it had before."""
        self._recorded.recall(run, past)

    def structured(self, model: str) -> Structured:
        """The strictest `response_format` the model takes, as far as its answers have shown."""
        opened, told = self._models.get(model), capabilities(model).structured
        given_up = opened.concessions if opened else {}
        if NO_FORMAT in given_up:
            return "none"
        return "json_object" if ANY_JSON in given_up and told == "json_schema" else told

    @staticmethod
    def _passage(gate: CallGate | None, run: str) -> AbstractAsyncContextManager[None]:
        return gate.passage(run) if gate else nullcontext()

    async def _open(self, text: str) -> OpenModel:
        with resting_collector():
            from company.models.transport import Timeouts, Transport

        async with self._opening:
            if text in self._models:
                return self._models[text]
            endpoint = await self._endpoint(parse_model_id(text))
            place = (endpoint.base_url, endpoint.key)
            transport = self._transports.get(place)
            if transport is None:
                transport = Transport(endpoint, self._timeouts or Timeouts())
                self._transports[place] = transport
            gate = CallGate(endpoint.at_once) if endpoint.at_once else None
            self._models[text] = OpenModel(endpoint, transport, gate, self._rates)
            return self._models[text]

    async def _endpoint(self, model_id: ModelId) -> Endpoint:
        if model_id.provider.name != "local":
            return endpoint_of(model_id, self._env)
        from company.models.local.server import embedded_endpoint

        return await asyncio.to_thread(embedded_endpoint, model_id, self._env)
