"""What many runs come to together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tui.browser.columns import STATUSES, count
from tui.browser.glance import Glance
from warehouse.history.format.figures import counted, money
from warehouse.history.usage import NOTHING_USED, Usage


@dataclass
class Sums:
    """The figures of some runs."""

    runs: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    usage: Usage = NOTHING_USED

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
        self.usage += run.usage

    @property
    def verified(self) -> str:
        """How many of the runs were verified, in words."""
        return f"{self.statuses['verified']:,} of {self.runs:,} verified"

    @property
    def used(self) -> list[str]:
        """Tokens and money, in words."""
        return [f"{count(self.usage.tokens)} tokens", *money(self.usage)]

    @property
    def told(self) -> str:
        """All of it on one line, for the head of a group."""
        return " · ".join((counted(self.runs, "run"), self.verified, *self.used))

    def by_status(self) -> list[tuple[str, int]]:
        """How many runs have each status, in the order in which statuses sort."""
        known = [(status, self.statuses[status]) for status in STATUSES]
        other = [pair for pair in sorted(self.statuses.items()) if pair[0] not in STATUSES]
        return [(status, number) for status, number in (*known, *other) if number]
