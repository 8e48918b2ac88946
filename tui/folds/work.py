"""The product's commits and files: a fold over a run's events."""

from warehouse.entries import Entry
from warehouse.journal import Event


class Work:
    """The product's commits and files."""

    def __init__(self) -> None:
        self.version = 0

    def add(self, event: Event, entry: Entry | None) -> None:
        """Take one more event into account."""
