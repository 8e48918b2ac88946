"""The ways a run is shown while it goes on. A view is fed events and knows nothing else."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Self

from company.cli.output import mute, write
from warehouse.history.entries import Began
from warehouse.history.format.lines import lines_of
from warehouse.history.transcript import TranscriptFold
from warehouse.journal.journal import Event


class View:
    """Shows a run. Used as a context while the run goes on."""

    speaks = True
    """Whether it writes words for people to standard output."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to do where each line was flushed."""

    def recall(self, past: Iterable[Event]) -> None:
        """Take the past of a resumed run into account, without showing it again."""

    def on_event(self, event: Event) -> None:
        """Show one more event."""
        raise NotImplementedError

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave the terminal to someone else for a while: a person is asked."""
        yield


class Plain(View):
    """A line for each thing that happens, on any terminal and in any log.

    A run seen from its end is told under its own `head`.
    """

    def __init__(self, head: Began | None = None) -> None:
        self._fold = TranscriptFold(head)

    def recall(self, past: Iterable[Event]) -> None:
        for event in past:
            self._fold.add(event)

    def on_event(self, event: Event) -> None:
        entry = self._fold.add(event)
        if entry is not None:
            for line in lines_of(entry):
                write(f"{line}\n", sys.stdout)


class JsonLines(View):
    """The journal's new events, byte for byte.

    On a terminal the same JSON is written in ASCII, so that nothing in it can drive the terminal.
    """

    speaks = False

    def on_event(self, event: Event) -> None:
        try:
            sys.stdout.buffer.write(_ascii(event) if sys.stdout.isatty() else event.line())
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            mute(sys.stdout)


def _ascii(event: Event) -> bytes:
    return json.dumps(json.loads(event.line()), separators=(",", ":")).encode() + b"\n"
