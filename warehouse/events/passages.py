"""Passages of the user's documents, as roles are shown them: data, whatever they say."""

import msgspec

from warehouse.events.base import Count


class Passage(msgspec.Struct, frozen=True):
    """Whole lines of a document that stand one below the other."""

    document: str
    """Its folder's name and its path there: `handbook/leave.md`."""
    first: Count
    """The number of the first line, counted from 1."""
    text: str

    @property
    def last(self) -> int:
        """The number of the last line."""
        return self.first + self.text.count("\n")

    @property
    def name(self) -> str:
        """As it is cited: `handbook/leave.md:12-20`, or `handbook/leave.md:12`."""
        end = f"-{self.last}" if self.last > self.first else ""
        return f"{self.document}:{self.first}{end}"
