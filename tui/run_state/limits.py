"""What a run may use, and what of it is used."""

from dataclasses import dataclass

from warehouse.history.format.figures import cost, dollars, duration
from warehouse.history.now import Now


@dataclass(frozen=True)
class Limit:
    """One limit of a run, by its key: what is used of it, and what it is, if it is set."""

    key: str
    used: float
    most: float | None
    known_cost: str = ""
    """What was paid, in words, since a number alone would say too much."""

    @property
    def share(self) -> float:
        """How much of it is used; 1 is all."""
        return self.used / self.most if self.most else 0.0

    @property
    def used_in_words(self) -> str:
        return self.known_cost or self.in_words(self.used)

    def in_words(self, value: float) -> str:
        """An amount of it, as people read it."""
        shown = {"usd": dollars, "seconds": duration}.get(self.key, "{:,.0f}".format)
        return shown(value)


def limits_of(now: Now) -> list[Limit]:
    """Each limit a run can have, in the order of a person's interest."""
    usage, limits = now.summary.usage, now.limits
    return [
        Limit("usd", usage.known_cost, limits.get("usd"), cost(usage)),
        Limit("tokens", usage.tokens, limits.get("tokens")),
        Limit("calls", usage.calls, limits.get("calls")),
        Limit("seconds", now.seconds, limits.get("seconds")),
    ]
