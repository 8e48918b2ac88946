"""Tokens and money over time: a fold over a run's events."""

from warehouse.entries import Entry
from warehouse.journal import Event


class Course:
    """Tokens and money over time."""

    def __init__(self) -> None:
        self.version = 0

    def add(self, event: Event, entry: Entry | None) -> None:
        """Take one more event into account."""
