"""Budgets: money, tokens, calls and seconds, checked before a call is made.

A call is admitted on what was spent, what is in flight and what it may cost at most, so that
parallel branches cannot pass a limit together, nor the runs of a batch the budget they share.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass

from company.cards.company_card import RunLimits
from company.errors import BudgetReached
from company.models.clock import TimeLeft, time_limit
from warehouse.events import UsedInVain
from warehouse.history.usage import NOTHING_USED, Usage


@dataclass(frozen=True)
class Spending:
    """What was used before: calls, tokens and money, and wall-clock seconds."""

    usage: Usage = NOTHING_USED
    seconds: float = 0.0


@dataclass(frozen=True)
class Estimate:
    """The most that one call may add: tokens, and US dollars where the price is known."""

    tokens: int = 0
    usd: float = 0.0

    @classmethod
    def of(cls, used: UsedInVain) -> "Estimate":
        """What is known to have been used."""
        return cls(used.prompt_tokens + used.completion_tokens, used.cost or 0.0)

    def __add__(self, other: "Estimate") -> "Estimate":
        return Estimate(self.tokens + other.tokens, self.usd + other.usd)

    def __sub__(self, other: "Estimate") -> "Estimate":
        return Estimate(self.tokens - other.tokens, self.usd - other.usd)


NOTHING = Estimate()


class Account:
    """Limits, what is spent of them, and what is reserved for calls in flight."""

    def __init__(self, limits: RunLimits | None = None, spent: Spending | None = None) -> None:
        """`spent` begins with what earlier sessions used."""
        before = spent or Spending()
        self.limits = limits or RunLimits()
        self.spent = before.usage
        self._started = time.monotonic() - before.seconds
        self._in_flight = 0
        self._aside = NOTHING

    @property
    def seconds(self) -> float:
        """Wall-clock seconds over all sessions."""
        return time.monotonic() - self._started

    def seconds_left(self) -> float | None:
        """How much time there is before the limit, if there is one."""
        return None if self.limits.seconds is None else self.limits.seconds - self.seconds

    def count(self, usage: Usage) -> None:
        """Write down what a call has used."""
        self.spent += usage

    def reserve(self, more: Estimate, *, calls: int = 1) -> None:
        """Keep something for a call in flight."""
        self._in_flight += calls
        self._aside += more

    def let_go(self, estimate: Estimate) -> None:
        """The call it was reserved for has ended."""
        self._in_flight -= 1
        self._aside = self._aside - estimate if self._in_flight else NOTHING

    def refusal(self, more: Estimate, *, alone: bool = False) -> BudgetReached | None:
        """What to raise where a further call would pass a limit, beside what is spent and in flight.

        `alone`: even if nothing were in flight.
        """
        limits = self.limits
        calls = self.spent.calls + (0 if alone else self._in_flight)
        if limits.calls is not None and calls >= limits.calls:
            return self._reached(
                "call", f"{limits.calls:,}", f"{self.spent.calls:,}", "--max-calls"
            )
        if (refusal := self.refusal_of_use(more, alone=alone)) is not None:
            return refusal
        if limits.seconds is not None and self.seconds >= limits.seconds:
            return self.out_of_time()
        return None

    def refusal_of_use(
        self, more: Estimate, used: UsedInVain | None = None, *, alone: bool = False
    ) -> BudgetReached | None:
        """The same by money and tokens only, also for a call that has `used` something."""
        limits, spent = self.limits, self.spent
        whole = more if alone else self._aside + more
        if limits.tokens is not None and spent.tokens + whole.tokens > limits.tokens:
            amounts = f"{limits.tokens:,}", f"{spent.tokens:,}"
            return self._reached("token", *amounts, "--max-tokens", used)
        if limits.usd is not None and spent.known_cost + whole.usd > limits.usd:
            amounts = f"${limits.usd:.2f}", f"${spent.known_cost:.4f}"
            return self._reached("money", *amounts, "--budget", used)
        return None

    def out_of_time(self, used: UsedInVain | None = None) -> BudgetReached:
        """What to raise when the time limit is reached, also by a call that has `used` something."""
        limit = f"{self.limits.seconds or 0:g} s"
        return self._reached("time", limit, f"{self.seconds:.0f} s", "--max-seconds", used)

    def _reached(
        self, what: str, limit: str, spent: str, option: str, used: UsedInVain | None = None
    ) -> BudgetReached:
        return BudgetReached(
            f"The {what} limit of {limit} would be passed by the next call ({spent} used so far). "
            f"Nothing is lost: resume the run with a higher {option}.",
            used=used,
        )


class SharedBudget(Account):
    """What all runs of a batch may use together; belongs to one event loop.

    A call that has no room only because others may use as much as they hold aside waits, in its
    turn, until they have ended. One that has no room whatever they use is refused.
    """

    def __init__(
        self,
        limits: RunLimits | None = None,
        spent: Spending | None = None,
        whose: str = "batch",
    ) -> None:
        """`whose` is what people call the runs together: a batch, an experiment."""
        super().__init__(limits, spent)
        self._whose = whose
        self._turn = asyncio.Lock()
        self._freed = asyncio.Event()
        self._refused: BudgetReached | None = None

    @property
    def exhausted(self) -> BudgetReached | None:
        """Why nothing new should be begun: a call was refused, or nothing is left; else None."""
        return self._refused or self.refusal(NOTHING, alone=True)

    async def take(self, estimate: Estimate, within: TimeLeft) -> None:
        """Hold `estimate` aside as soon as there is room for it.

        Raises BudgetReached where there will be none, TimeoutError when the time `within` is over.
        """
        async with time_limit(within), self._turn:
            while self.refusal(estimate) is not None:
                refusal = self.refusal(estimate, alone=True)
                if refusal is not None:
                    self._refused = refusal
                    raise refusal
                self._freed.clear()
                await self._freed.wait()
            self.reserve(estimate)

    def let_go(self, estimate: Estimate) -> None:
        super().let_go(estimate)
        self._freed.set()

    def _reached(
        self, what: str, limit: str, spent: str, option: str, used: UsedInVain | None = None
    ) -> BudgetReached:
        return BudgetReached(
            f"The {what} limit of the whole {self._whose}, {limit}, would be passed by the next call "
            f"({spent} used so far by all its runs). Nothing is lost: the same command with a higher "
            f"{option} goes on with the {self._whose}.",
            used=used,
            of_all=True,
        )


class Budget(Account):
    """What one run may use: by its own limits, and out of the shared budget it shares with others."""

    def __init__(
        self,
        limits: RunLimits | None = None,
        spent: Spending | None = None,
        shared_budget: SharedBudget | None = None,
    ) -> None:
        super().__init__(limits, spent)
        self._shared_budget = shared_budget
        self._accounts = [self, shared_budget] if shared_budget is not None else [self]
        self._paused_at: float | None = None

    @property
    def limits_tokens(self) -> bool:
        """Whether anybody asks how many tokens a call may have."""
        return any(account.limits.tokens is not None for account in self._accounts)

    @property
    def limits_money(self) -> bool:
        """Whether anybody asks what a call may cost."""
        return any(account.limits.usd is not None for account in self._accounts)

    @property
    def seconds(self) -> float:
        """Wall-clock seconds over all sessions of the run, without its pauses."""
        now = time.monotonic() if self._paused_at is None else self._paused_at
        return now - self._started

    def hold(self) -> None:
        """Let no time count until `go_on`."""
        self._paused_at = time.monotonic()

    def go_on(self) -> None:
        """Let time count again."""
        if self._paused_at is not None:
            self._started += time.monotonic() - self._paused_at
            self._paused_at = None

    def seconds_left(self) -> float | None:
        """How much time there is before the nearer limit, if there is one."""
        own = super().seconds_left()
        common = self._shared_budget.seconds_left() if self._shared_budget is not None else None
        return common if own is None else own if common is None else min(own, common)

    def out_of_time(self, used: UsedInVain | None = None) -> BudgetReached:
        own, shared_budget = super().seconds_left(), self._shared_budget
        if shared_budget is not None and (own is None or own > 0):
            return shared_budget.out_of_time(used)
        return super().out_of_time(used)

    @asynccontextmanager
    async def admit(self, estimate: Estimate) -> AsyncIterator["Reservation"]:
        """Hold `estimate` aside while a call is in flight; wait for a shared budget that is lent out.

        Raises BudgetReached before the call is made.
        """
        if (refusal := self.refusal(estimate)) is not None:
            raise refusal
        reservation, shared_budget = Reservation(self._accounts, estimate), self._shared_budget
        with ExitStack() as afterwards:
            self.reserve(estimate)
            afterwards.callback(lambda: self.let_go(reservation.estimate))
            if shared_budget is not None:
                await self._take_from(shared_budget, estimate)
                afterwards.callback(lambda: shared_budget.let_go(reservation.estimate))
            yield reservation

    async def _take_from(self, shared_budget: SharedBudget, estimate: Estimate) -> None:
        try:
            await shared_budget.take(estimate, self.seconds_left)
        except TimeoutError:
            raise self.out_of_time() from None

    def count(self, usage: Usage) -> None:
        """Write down what a call has used, wherever it is to be paid from."""
        super().count(usage)
        if self._shared_budget is not None:
            self._shared_budget.count(usage)


class Reservation:
    """What is reserved for one call in flight, in each account that pays for it."""

    def __init__(self, accounts: Sequence[Account], estimate: Estimate) -> None:
        self.estimate = estimate
        self._accounts = accounts
        self._used = NOTHING

    def afford(self, used: UsedInVain) -> None:
        """Hold aside too what attempts without an answer have `used` until now.

        Raises BudgetReached where the call may not try again.
        """
        more = Estimate.of(used) - self._used
        for account in self._accounts:
            if (refusal := account.refusal_of_use(more, used)) is not None:
                raise refusal
        for account in self._accounts:
            account.reserve(more, calls=0)
        self._used += more
        self.estimate += more
