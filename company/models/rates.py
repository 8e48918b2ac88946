"""How many requests and tokens a minute a provider takes, from all conversations together.

In no sixty seconds does more begin than a rate says. Those who have to wait are served in the order
in which they came, so that a long prompt is not overtaken for ever by short ones. What a call will
use is an estimate, and is put right when it has ended: what it left is there for others at once.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from company.cards.problems import nearest
from company.errors import ConfigurationError
from company.models.clock import Clock, SystemClock
from company.models.provider import providers

PERIOD = 60.0
"""Seconds; rates are told by the minute."""
NOT_COUNTED = -1
"""The number of a call where nothing is limited."""


@dataclass(frozen=True, slots=True)
class Rate:
    """The most that may begin in a minute; None where nothing limits it."""

    requests: int | None = None
    tokens: int | None = None
    """Of prompts and replies together. A call that alone needs more waits for a minute of its own."""

    def __post_init__(self) -> None:
        for name, most in (("requests", self.requests), ("tokens", self.tokens)):
            if most is not None and most < 1:
                raise ConfigurationError(f"A rate of {most} {name} a minute lets nothing through.")


class TypicalReply:
    """How long the replies of one model are, by those that it has given.

    The longest reply a call allows is mostly far more than is written, and holding that aside would
    leave most of a rate unused. So only the first calls, of which nothing is known, are taken at
    their longest.
    """

    def __init__(self) -> None:
        self._replies = self._tokens = 0

    def expected(self, longest: int | None) -> int:
        """The tokens to reckon with, for a reply of at most `longest`."""
        if not self._replies:
            return longest or 0
        typical = ceil(self._tokens / self._replies)
        return typical if longest is None else min(typical, longest)

    def learn(self, tokens: int) -> None:
        """Note how long a finished reply was."""
        self._replies += 1
        self._tokens += tokens


class RateKeeper(Protocol):
    """Lets calls begin; `place` is a provider's name, or the base URL of a `url:` model."""

    def counts_tokens(self, place: str) -> bool:
        """Whether anybody asks how many tokens a call has there; to estimate them takes time."""
        ...

    async def admit(self, place: str, tokens: int) -> int:
        """Wait until a call of about so many tokens may begin; returns its number.

        Given up while it waits, it takes nothing.
        """
        ...

    def settle(self, place: str, number: int, tokens: int) -> None:
        """Tell what an admitted call has really used."""
        ...

    def hold(self, place: str, seconds: float) -> None:
        """Let nothing begin for so long: the provider has asked to be left alone."""
        ...


class Rates:
    """The rates of one process; belongs to one event loop. What has no rate may begin at once."""

    def __init__(self, rates: Mapping[str, Rate] | None = None, clock: Clock | None = None) -> None:
        """`rates` are by place, as for a `RateKeeper`. Raises ConfigurationError for a provider that is not known."""
        self._rates = dict(rates or {})
        for place in self._rates:
            if "://" not in place and place not in providers():
                raise ConfigurationError(
                    f"There is no model provider {place!r} to limit{nearest(place, providers())}"
                )
        self._clock = clock or SystemClock()
        self._queues: dict[str, _Queue] = {}

    def counts_tokens(self, place: str) -> bool:
        rate = self._rates.get(place)
        return rate is not None and rate.tokens is not None

    async def admit(self, place: str, tokens: int) -> int:
        return await self._queue(place).admit(tokens)

    def settle(self, place: str, number: int, tokens: int) -> None:
        self._queue(place).settle(number, tokens)

    def hold(self, place: str, seconds: float) -> None:
        self._queue(place).hold(seconds)

    def _queue(self, place: str) -> "_Queue":
        queue = self._queues.get(place)
        if queue is None:
            queue = self._queues[place] = _Queue(self._rates.get(place, Rate()), self._clock)
        return queue


@dataclass(slots=True)
class _Begun:
    """A call that began within the last minute."""

    at: float
    tokens: int


class _Queue:
    """The calls of one place: those of the last minute, and those that wait."""

    def __init__(self, rate: Rate, clock: Clock) -> None:
        self._rate = rate
        self._clock = clock
        self._begun: deque[_Begun] = deque()
        self._forgotten = 0
        """Calls that began before those; with them, a call's number leads to its place."""
        self._tokens = 0
        self._closed_until = float("-inf")
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()

    async def admit(self, tokens: int) -> int:
        async with self._turn:
            while (wait := self._wait(tokens)) > 0:
                await self._pause(wait)
            if self._rate == Rate():
                return NOT_COUNTED
            self._begun.append(_Begun(self._clock.monotonic(), tokens))
            self._tokens += tokens
            return self._forgotten + len(self._begun) - 1

    def settle(self, number: int, tokens: int) -> None:
        place = number - self._forgotten
        if place >= 0:
            self._tokens += tokens - self._begun[place].tokens
            self._begun[place].tokens = tokens
            self._changed.set()

    def hold(self, seconds: float) -> None:
        self._closed_until = max(self._closed_until, self._clock.monotonic() + seconds)

    def _wait(self, tokens: int) -> float:
        """Seconds until it is worth looking again; 0 where the call may begin."""
        now = self._clock.monotonic()
        while self._begun and self._begun[0].at + PERIOD <= now:
            self._tokens -= self._begun.popleft().tokens
            self._forgotten += 1
        if now < self._closed_until:
            return self._closed_until - now
        most = self._rate
        full = most.requests is not None and len(self._begun) >= most.requests
        heavy = most.tokens is not None and self._tokens + tokens > most.tokens
        return self._begun[0].at + PERIOD - now if self._begun and (full or heavy) else 0.0

    async def _pause(self, seconds: float) -> None:
        """Wait so long, or until a call that ended has left something."""
        self._changed.clear()
        waiting = [
            asyncio.ensure_future(self._clock.sleep(seconds)),
            asyncio.ensure_future(self._changed.wait()),
        ]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
