"""What model calls have used: the one sum of it."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from warehouse.events import CompletionResult, UsedInVain


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls, tokens and money; of a call without an answer, the tokens and money alone."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    known_cost: float = 0.0
    """US dollars, of the calls with a known price."""
    unpriced_calls: int = 0
    """Calls whose price nobody knows, also of those that brought no answer."""

    @classmethod
    def of(
        cls, prompt_tokens: int, completion_tokens: int, cost: float | None, *, calls: int = 1
    ) -> "Usage":
        """What these calls used; `cost` is None where their price is not known.

        With `calls=0`, what one that brought no answer has used.
        """
        unpriced = max(calls, 1) if cost is None else 0
        return cls(calls, prompt_tokens, completion_tokens, cost or 0.0, unpriced)

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    @property
    def cost(self) -> float | None:
        """US dollars; None as soon as the price of one call is not known."""
        return None if self.unpriced_calls else self.known_cost

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.known_cost + other.known_cost,
            self.unpriced_calls + other.unpriced_calls,
        )

    def times(self, factor: float) -> "Usage":
        """So many times as much, in whole calls and tokens."""
        return Usage(
            round(self.calls * factor),
            round(self.prompt_tokens * factor),
            round(self.completion_tokens * factor),
            self.known_cost * factor,
            round(self.unpriced_calls * factor),
        )

    def at_least(self, other: "Usage") -> "Usage":
        """Of each figure the larger one."""
        return Usage(*map(max, astuple(self), astuple(other)))


NOTHING_USED = Usage()


def usage_of(result: CompletionResult) -> Usage:
    """What a call used that was answered."""
    return Usage.of(result.usage.prompt_tokens, result.usage.completion_tokens, result.cost)


def usage_in_vain(used: UsedInVain | None) -> Usage:
    """What a call used that brought no answer."""
    if used is None:
        return NOTHING_USED
    return Usage.of(used.prompt_tokens, used.completion_tokens, used.cost, calls=0)


def total(usages: Iterable[Usage]) -> Usage:
    """What all of these come to."""
    return sum(usages, NOTHING_USED)
