"""Budgets: money, tokens, calls and seconds, checked before a call is made.

A call is admitted on what was spent, what is in flight and what it may cost at most, so that
parallel branches cannot pass a limit together.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from company.cards.company_card import RunLimits
from company.errors import BudgetReached
from warehouse.summary import RunSummary

Used = dict[str, Any]
"""What a call without an answer used: prompt_tokens, completion_tokens, cost."""


@dataclass
class Spending:
    """What a run has used. `cost` is in US dollars and leaves out calls without a known price."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    unpriced_calls: int = 0
    seconds: float = 0.0

    @classmethod
    def of(cls, summary: RunSummary) -> "Spending":
        """What a run has used by its journal."""
        return cls(
            calls=summary.calls,
            prompt_tokens=summary.prompt_tokens,
            completion_tokens=summary.completion_tokens,
            cost=summary.cost,
            unpriced_calls=summary.unpriced_calls,
            seconds=summary.seconds,
        )

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def add(
        self, prompt_tokens: int, completion_tokens: int, cost: float | None, *, calls: int = 1
    ) -> None:
        """Count one finished call, or with `calls=0` what one that failed has used."""
        self.calls += calls
        self.prompt_tokens += prompt_tokens
        self.completion_tokens += completion_tokens
        if cost is None:
            self.unpriced_calls += calls
        else:
            self.cost += cost


@dataclass(frozen=True)
class Estimate:
    """The most that one call may add: tokens, and US dollars where the price is known."""

    tokens: int = 0
    usd: float = 0.0


@dataclass
class Budget:
    """The purse of one run. `spent` begins with what earlier sessions used."""

    limits: RunLimits = field(default_factory=RunLimits)
    spent: Spending = field(default_factory=Spending)

    def __post_init__(self) -> None:
        self._in_flight: list[Estimate] = []
        self._started = time.monotonic() - self.spent.seconds
        self._held_at: float | None = None

    @property
    def seconds(self) -> float:
        """Wall-clock seconds over all sessions of the run, without its pauses."""
        now = time.monotonic() if self._held_at is None else self._held_at
        return now - self._started

    def hold(self) -> None:
        """Let no time count until `go_on`."""
        self._held_at = time.monotonic()

    def go_on(self) -> None:
        """Let time count again."""
        if self._held_at is not None:
            self._started += time.monotonic() - self._held_at
            self._held_at = None

    def seconds_left(self) -> float | None:
        """How much time there is before the limit, if there is one."""
        return None if self.limits.seconds is None else self.limits.seconds - self.seconds

    @contextmanager
    def admit(self, estimate: Estimate) -> Iterator[None]:
        """Hold `estimate` aside while a call is in flight. Raises BudgetReached before it is made."""
        self._check(estimate)
        self._in_flight.append(estimate)
        try:
            yield
        finally:
            self._in_flight.remove(estimate)

    def afford(self, used: Used) -> None:
        """Raises BudgetReached where a call in flight, having `used` something, may not try again."""
        self._check_use(
            Estimate(used["prompt_tokens"] + used["completion_tokens"], used["cost"] or 0.0), used
        )

    def _check(self, estimate: Estimate) -> None:
        limits = self.limits
        if limits.calls is not None and self.spent.calls + len(self._in_flight) >= limits.calls:
            raise _reached("call", f"{limits.calls:,}", f"{self.spent.calls:,}", "--max-calls")
        self._check_use(estimate)
        if limits.seconds is not None and self.seconds >= limits.seconds:
            raise self.out_of_time()

    def _check_use(self, more: Estimate, used: Used | None = None) -> None:
        """Raises BudgetReached where `more`, beside what is spent and in flight, is too much."""
        limits, spent = self.limits, self.spent
        tokens = spent.tokens + sum(e.tokens for e in self._in_flight) + more.tokens
        usd = spent.cost + sum(e.usd for e in self._in_flight) + more.usd
        if limits.tokens is not None and tokens > limits.tokens:
            raise _reached("token", f"{limits.tokens:,}", f"{spent.tokens:,}", "--max-tokens", used)
        if limits.usd is not None and usd > limits.usd:
            raise _reached("money", f"${limits.usd:.2f}", f"${spent.cost:.4f}", "--budget", used)

    def out_of_time(self, used: Used | None = None) -> BudgetReached:
        """What to raise when the time limit is reached, also by a call that has `used` something."""
        limit = f"{self.limits.seconds or 0:g} s"
        return _reached("time", limit, f"{self.seconds:.0f} s", "--max-seconds", used)


def _reached(
    what: str, limit: str, spent: str, option: str, used: Used | None = None
) -> BudgetReached:
    return BudgetReached(
        f"The {what} limit of {limit} would be passed by the next call ({spent} used so far). "
        f"Nothing is lost: resume the run with a higher {option}.",
        used=used,
    )
