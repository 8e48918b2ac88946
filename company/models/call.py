"""One call of a model: asked until there is an answer, or it is plain that there will be none.

An attempt that fails may be paid for all the same; what it used, known or estimated, is kept and
told with the answer or with the error.
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any

from msgspec import structs

from company.errors import Unanswered
from company.models.call_gate import CallGate
from company.models.clock import Clock, TimeLeft
from company.models.concessions import Concession, longest_reply
from company.models.endpoint import Endpoint
from company.models.failure import Failure
from company.models.faults import explain, quote
from company.models.negotiation import Negotiation
from company.models.offered_tools import sent, spellings
from company.models.prices import cost_of
from company.models.rates import RateKeeper, TypicalReply
from company.models.reader import ReplyReader
from company.models.redact import StreamRedactor, redact_reply
from company.models.request import ModelRequest, request_body
from company.models.retry import RetryPolicy, retry_after
from company.models.streamed_text import RepetitionWatch
from company.models.tokens import BYTES_PER_TOKEN, most
from warehouse.events import CompletionResult, TokensUsed, ToolCall, UsedInVain

if TYPE_CHECKING:
    from company.models.transport import Transport

REPETITION = "repetition"
NOTHING = TokensUsed(0, 0)


class OutOfTime(TimeoutError):
    """The time a call was given is over; `used` is what its attempts used, None where nothing."""

    def __init__(self, used: UsedInVain | None) -> None:
        super().__init__("no answer in the time given")
        self.used = used


@dataclass(slots=True)
class OpenModel:
    """Everything remembered about one model."""

    endpoint: Endpoint
    transport: "Transport"
    gate: CallGate | None
    rates: RateKeeper
    concessions: dict[str, Concession] = field(default_factory=dict)
    """What it was seen to want given up, by name."""
    replies: TypicalReply = field(default_factory=TypicalReply)


@dataclass(frozen=True, slots=True)
class Patience:
    """How failures are waited out: the rules, the clock, and the spreading of retries."""

    policy: RetryPolicy
    clock: Clock
    jitter: random.Random


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told about a call, each as `ModelClient.complete` says."""

    words: Callable[[str], None] | None = None
    retry: Callable[[str], None] | None = None
    afford: Callable[[UsedInVain], None] | None = None


class Call:
    """One question to one model."""

    def __init__(
        self,
        request: ModelRequest,
        model: OpenModel,
        patience: Patience,
        listener: Listener,
        within: TimeLeft | None,
    ) -> None:
        self._request = request
        self._model = model
        self._patience = patience
        self._listener = listener
        self._started = patience.clock.monotonic()
        self._within = within
        self._plain = request_body(request, model.endpoint)
        spelt = spellings(tool.name for tool in request.tools)
        self._names = {function: name for name, function in spelt.items()}
        self._negotiation = Negotiation(model.concessions)
        self._wasted: TokensUsed | None = None
        self._attempts = self._costly = 0

    @property
    def used(self) -> UsedInVain | None:
        """What the attempts that brought no answer have used; None where that is nothing."""
        if self._wasted is None:
            return None
        return UsedInVain(
            self._wasted.prompt_tokens,
            self._wasted.completion_tokens,
            cost_of(self._model.endpoint.id, self._wasted),
        )

    async def answer(self) -> CompletionResult:
        """Ask until there is an answer. Raises as `ModelClient.complete` says."""
        while True:
            reader = ReplyReader(self._names)
            body = self._negotiation.body(self._plain)
            self._reserve(body)
            try:
                await self._attempt(body, reader)
            except Failure as failure:
                if self._negotiation.give_up_more(failure, self._plain):
                    continue
                if failure.kind == "starved" and self._make_room(failure, reader):
                    continue
                await self._get_over(self._negotiation.reason(failure), reader)
                continue
            self._negotiation.settle()
            return self._completion(reader)

    def _reserve(self, body: Mapping[str, Any]) -> None:
        """Ask for the money of a reply that may be longer than the request allows."""
        more = longest_reply(body) - (self._request.max_tokens or 0)
        if more <= 0 or not self._listener.afford:
            return
        used = (self._wasted or NOTHING) + TokensUsed(0, more)
        cost = cost_of(self._model.endpoint.id, used)
        try:
            self._listener.afford(UsedInVain(used.prompt_tokens, used.completion_tokens, cost))
        except Unanswered as stop:
            stop.used = self.used
            raise

    def _make_room(self, failure: Failure, reader: ReplyReader) -> bool:
        """Let the model think for longer, once; False where that does not help or cannot be had."""
        endpoint = self._model.endpoint
        prompt = most(self._request.prompt_tokens)
        left = endpoint.id.provider.window_of(endpoint.model) - prompt
        if not self._negotiation.make_room(self._plain, left):
            return False
        self._waste(reader)
        if self._listener.retry:
            longest = longest_reply(self._negotiation.body(self._plain))
            told = f"{endpoint.id.provider.title}: {quote(failure, endpoint)}"
            self._listener.retry(f"{told}; asking again with room for {longest:,} tokens")
        return True

    async def _attempt(self, body: Mapping[str, Any], reader: ReplyReader) -> None:
        """Ask once, as soon as the rates allow it."""
        rates, place = self._model.rates, self._model.endpoint.place
        counted = rates.counts_tokens(place)
        number = await rates.admit(place, self._expected() if counted else 0)
        try:
            await self._listen(body, reader)
        except Failure as failure:
            if counted:
                begun = failure.may_cost or reader.received_bytes
                rates.settle(place, number, self._usage(reader).tokens if begun else 0)
            raise
        except asyncio.CancelledError:
            self._waste(reader)
            raise
        if counted:
            rates.settle(place, number, self._usage(reader).tokens)

    def _expected(self) -> int:
        """What an attempt will probably use, in tokens."""
        reply = self._model.replies.expected(self._request.max_tokens)
        return self._request.prompt_tokens + reply

    async def _listen(self, body: Mapping[str, Any], reader: ReplyReader) -> None:
        watch, shown = RepetitionWatch(), StreamRedactor(self._model.endpoint.secrets)
        try:
            async with aclosing(self._model.transport.chunks(sent(body))) as answer:
                async for chunks in answer:
                    for chunk in chunks:
                        words = reader.take(chunk)
                        self._pass_on(shown.take(words))
                        if watch.take(words):
                            reader.cut_off(watch.surplus, REPETITION)
                            return
        except Failure:
            # What breaks after the last word has taken nothing of the answer.
            if reader.finish_reason is None:
                raise
        self._pass_on(shown.take(reader.finish(), ended=True))
        if reader.is_starved:
            longest = longest_reply(body)
            raise Failure("starved", f"thoughts took the whole reply of {longest:,} tokens")

    def _pass_on(self, words: str) -> None:
        if words and self._listener.words:
            self._listener.words(words)

    async def _get_over(self, failure: Failure, reader: ReplyReader) -> None:
        """Make ready for the next attempt, or raise the error where there is to be none."""
        self._attempts += 1
        if failure.may_cost or reader.received_bytes:
            self._costly += 1
            self._waste(reader)
        wait = self._wait(failure)
        requested_wait = retry_after(failure, self._patience.clock.now())
        if requested_wait:
            self._model.rates.hold(self._model.endpoint.place, requested_wait)
        if self.used and self._listener.afford:
            self._listener.afford(self.used)
        if self._announce(failure, wait):
            await self._patience.clock.sleep(wait)
        else:
            raise OutOfTime(self.used)

    def _wait(self, failure: Failure) -> float:
        patience, now = self._patience, self._patience.clock.now()
        wait = patience.policy.wait(failure, self._attempts, self._costly, patience.jitter, now)
        if wait is not None:
            return wait
        raise explain(
            failure,
            self._model.endpoint,
            attempts=self._attempts,
            wait=patience.policy.too_long(failure, now),
            now=now,
            used=self.used,
        ) from None

    def _announce(self, failure: Failure, wait: float) -> bool:
        """Tell a person what is waited for. False where the call's time is over before."""
        left = self._within() if self._within is not None else None
        in_time = left is None or wait < left
        plan = (
            f"trying again in {wait:.1f} s"
            if in_time
            else f"trying again in {wait:.1f} s would be after the time limit"
        )
        if self._listener.retry:
            endpoint = self._model.endpoint
            title = endpoint.id.provider.title
            self._listener.retry(f"{title}: {quote(failure, endpoint)}; {plan}")
        return in_time

    def _waste(self, reader: ReplyReader) -> None:
        reported, estimate = reader.usage or NOTHING, self._estimate(reader)
        spent = TokensUsed(
            max(reported.prompt_tokens, estimate.prompt_tokens),
            max(reported.completion_tokens, estimate.completion_tokens),
            reported.cached_tokens,
            reported=False,
        )
        self._wasted = self._wasted + spent if self._wasted else spent

    def _estimate(self, reader: ReplyReader) -> TokensUsed:
        written = ceil(reader.received_bytes / BYTES_PER_TOKEN)
        return TokensUsed(self._request.prompt_tokens, written, reported=False)

    def _usage(self, reader: ReplyReader) -> TokensUsed:
        usage = reader.usage
        if usage is None or (reader.received_bytes and not usage.completion_tokens):
            return self._estimate(reader)
        return usage

    def _completion(self, reader: ReplyReader) -> CompletionResult:
        usage = self._usage(reader)
        self._model.replies.learn(usage.completion_tokens)
        usage = self._wasted + usage if self._wasted else usage
        return CompletionResult(
            text=redact_reply(reader.text, self._model.endpoint.secrets),
            model=self._request.model,
            finish_reason=reader.finish_reason or "",
            usage=usage,
            cost=cost_of(self._model.endpoint.id, usage),
            seconds=round(self._patience.clock.monotonic() - self._started, 3),
            calls=tuple(map(self._redacted, reader.calls)),
        )

    def _redacted(self, call: ToolCall) -> ToolCall:
        arguments = redact_reply(call.arguments, self._model.endpoint.secrets)
        return structs.replace(call, arguments=arguments)
