"""What many runs come to together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tui.home.columns import STATUSES, cost_of, count
from tui.home.glance import Glance
from warehouse.telling.figures import counted


@dataclass
class Sums:
    """The figures of some runs; `cost` is in US dollars and leaves out calls without a price."""

    runs: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    unpriced_calls: int = 0
    tokens: int = 0
    cost: float = 0.0

    @classmethod
    def of(cls, runs: Iterable[Glance]) -> "Sums":
        """The sums of these runs."""
        sums = cls()
        for run in runs:
            sums.add(run)
        return sums

    def add(self, run: Glance) -> None:
        """Count one more run."""
        self.runs += 1
        self.statuses[run.status] += 1
        self.calls += run.calls
        self.unpriced_calls += run.unpriced_calls
        self.tokens += run.tokens
        self.cost += run.cost

    @property
    def verified(self) -> str:
        """How many of the runs were verified, in words."""
        return f"{self.statuses['verified']:,} of {self.runs:,} verified"

    @property
    def used(self) -> list[str]:
        """Tokens and money, in words."""
        money = cost_of(self.cost, self.calls, self.unpriced_calls)
        return [f"{count(self.tokens)} tokens", *([money] if self.cost else [])]

    @property
    def told(self) -> str:
        """All of it on one line, for the head of a group."""
        return " · ".join((counted(self.runs, "run"), self.verified, *self.used))

    def by_status(self) -> list[tuple[str, int]]:
        """How many runs have each status, in the order in which statuses sort."""
        known = [(status, self.statuses[status]) for status in STATUSES]
        other = [pair for pair in sorted(self.statuses.items()) if pair[0] not in STATUSES]
        return [(status, number) for status, number in (*known, *other) if number]
