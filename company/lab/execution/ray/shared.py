"""What the workers of a cluster share: one rate for each provider, and one shared budget, kept at home."""

from collections.abc import Mapping
from typing import Any

from company.cards.company_card import RunLimits
from company.engine.budget import NOTHING, Estimate, SharedBudget, Spending
from company.errors import BudgetReached
from company.lab.execution.ray.line import Line
from company.lab.execution.ray.messages import (
    GivenBack,
    LeaveAlone,
    Lend,
    MayBegin,
    ReservedMore,
    Settled,
    Used,
)
from company.models.clock import TimeLeft, time_limit
from company.models.rates import NOT_COUNTED, Rate, Rates
from warehouse.events import UsedInVain
from warehouse.history.usage import Usage


class DistantRates:
    """A `RateKeeper` that asks home, where a rate limits something at all."""

    def __init__(self, rates: Mapping[str, Rate], line: Line) -> None:
        self._rates = rates
        self._line = line
        self._held = Rates()
        """Only for providers that want to be left alone."""

    def counts_tokens(self, place: str) -> bool:
        rate = self._rates.get(place)
        return rate is not None and rate.tokens is not None

    async def admit(self, place: str, tokens: int) -> int:
        await self._held.admit(place, 0)
        if place not in self._rates:
            return NOT_COUNTED
        question = MayBegin(place, tokens)
        number: int = await self._line.answer_to(question, lambda n: self.settle(place, n, 0))
        return number

    def settle(self, place: str, number: int, tokens: int) -> None:
        if number != NOT_COUNTED:
            self._line.tell(Settled(place, number, tokens))

    def hold(self, place: str, seconds: float) -> None:
        self.leave_alone(place, seconds)
        self._line.tell(LeaveAlone(place, seconds))

    def leave_alone(self, place: str, seconds: float) -> None:
        """The same, as home has it from another worker."""
        self._held.hold(place, seconds)


class DistantSharedBudget(SharedBudget):
    """The shared budget as one worker sees it: what a call may use is lent by home.

    So nothing is begun that could pass a limit, wherever it is begun. Whether a call may try once
    more after attempts that used something is decided here, by what home last said of the others.
    """

    def __init__(self, limits: RunLimits, seconds: float, line: Line) -> None:
        super().__init__(limits, Spending(seconds=seconds))
        self._line = line
        self._others = NOTHING

    @property
    def exhausted(self) -> BudgetReached | None:
        if self._refused is None and (left := self.seconds_left()) is not None and left <= 0:
            self._refused = self.out_of_time()
        return self._refused

    async def take(self, estimate: Estimate, within: TimeLeft) -> None:
        try:
            async with time_limit(within):
                self._others = await self._line.answer_to(
                    Lend(estimate), lambda _: self._line.tell(GivenBack(estimate))
                )
        except BudgetReached as refusal:
            self._refused = refusal
            raise
        super().reserve(estimate)

    def count(self, usage: Usage) -> None:
        super().count(usage)
        self._line.tell(Used(usage))

    def reserve(self, more: Estimate, *, calls: int = 1) -> None:
        super().reserve(more, calls=calls)
        self._line.tell(ReservedMore(more))

    def let_go(self, estimate: Estimate) -> None:
        super().let_go(estimate)
        self._line.tell(GivenBack(estimate))

    def refusal_of_use(
        self, more: Estimate, used: UsedInVain | None = None, *, alone: bool = False
    ) -> BudgetReached | None:
        return super().refusal_of_use(more + self._others, used, alone=alone)


def has_limits(limits: RunLimits) -> bool:
    """Whether anything is limited: a shared budget without limits need not be asked."""
    given: dict[str, Any] = limits.model_dump(exclude_none=True)
    return bool(given)
