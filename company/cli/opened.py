"""A run opened for reading, by what the person called it."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from warehouse.errors import JournalError
from warehouse.journal import FILE_NAME, Event, read_events
from warehouse.run_list import RunRow, row_of
from warehouse.runs import find_run, products_folder
from warehouse.transcript import Began, Entry, transcript


@dataclass(frozen=True)
class OpenedRun:
    """A run's folder and events."""

    folder: Path
    events: list[Event]

    @cached_property
    def entries(self) -> list[Entry]:
        return transcript(self.events)

    def title_of(self, role: str) -> str:
        """What people call a role."""
        return self._titles.get(role, role)

    @cached_property
    def _titles(self) -> dict[str, str]:
        return next((e.titles for e in self.entries if isinstance(e, Began)), {})

    @cached_property
    def row(self) -> RunRow:
        return row_of(self.folder)


def open_run(run: str, products: Path | None) -> OpenedRun:
    """Open a run. Raises RunNotFound, or JournalError where nothing can be read."""
    folder = find_run(run, products_folder(products))
    events = read_events(folder / FILE_NAME)
    if not events:
        raise JournalError(f"{folder} holds an empty journal: the run ended before it began.")
    return OpenedRun(folder, events)
