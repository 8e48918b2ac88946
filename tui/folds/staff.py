"""The roles, and what each has used: a fold over a run's events."""

from warehouse.entries import Entry
from warehouse.journal import Event


class Staff:
    """The roles, and what each has used."""

    def __init__(self) -> None:
        self.version = 0

    def add(self, event: Event, entry: Entry | None) -> None:
        """Take one more event into account."""
