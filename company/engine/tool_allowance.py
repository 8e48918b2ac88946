"""How much a role may still use its tools: in a talk, and in each of its turns."""

from collections.abc import Callable
from dataclasses import dataclass, field

from phases.phase import CallLimits, ToolLimits


@dataclass
class Spent:
    """What calls have come to."""

    tokens_before: int = 0
    """Tokens that had been used when counting began."""
    calls: int = 0
    seconds: float = 0.0

    def reaches(self, limits: CallLimits, tokens: int) -> bool:
        """Whether nothing is left of what `limits` allow, with so many tokens used until now."""
        used = (
            (limits.calls, self.calls),
            (limits.seconds, self.seconds),
            (limits.tokens, tokens - self.tokens_before),
        )
        return any(limit is not None and amount >= limit for limit, amount in used)


@dataclass
class Allowance:
    """What the limits of a talk leave."""

    limits: ToolLimits
    tokens: Callable[[], int] = lambda: 0
    """How many were used in the talk until now."""
    _turn: str = ""
    _spent: Spent = field(default_factory=Spent)
    _spent_in_turn: Spent = field(default_factory=Spent)
    _is_over: bool = False
    _turn_is_over: bool = False

    @property
    def was_used_up(self) -> bool:
        """Whether a call was not made any more, in this talk or in this turn."""
        return self._is_over or self._turn_is_over

    def begin_turn(self, turn: str) -> None:
        """Count anew what a turn may use, where it is not the last one still."""
        if turn != self._turn:
            self._turn, self._turn_is_over = turn, False
            self._spent_in_turn = Spent(self.tokens())

    def has_a_call(self) -> bool:
        """Whether one more may be made, which is counted."""
        used, of_a_turn = self.tokens(), self.limits.turn
        self._is_over = self._spent.reaches(self.limits, used)
        self._turn_is_over = of_a_turn is not None and self._spent_in_turn.reaches(of_a_turn, used)
        if self.was_used_up:
            return False
        self._spent.calls += 1
        self._spent_in_turn.calls += 1
        return True

    def spend(self, seconds: float) -> None:
        """Count how long a call took."""
        self._spent.seconds += seconds
        self._spent_in_turn.seconds += seconds
