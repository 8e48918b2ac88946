"""The plain view: a line for each thing that happens, on any terminal and in any log."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Self

from company.cli.output import write
from warehouse.history.entries import Began
from warehouse.history.format.lines import lines_of
from warehouse.history.transcript import TranscriptFold
from warehouse.journal.journal import Event


class Plain:
    """Writes lines to standard output; a run seen from its end is told under its own `head`."""

    speaks = True

    def __init__(self, head: Began | None = None) -> None:
        self._fold = TranscriptFold(head)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to do: each line was flushed."""

    def recall(self, past: Iterable[Event]) -> None:
        for event in past:
            self._fold.add(event)

    def on_event(self, event: Event) -> None:
        entry = self._fold.add(event)
        if entry is not None:
            for line in lines_of(entry):
                write(f"{line}\n", sys.stdout)

    @contextmanager
    def aside(self) -> Iterator[None]:
        yield
