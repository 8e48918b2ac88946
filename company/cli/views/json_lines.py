"""The `--json` view: the journal's events, byte for byte.

On a terminal the same JSON is written in ASCII, so that nothing in it can drive the terminal.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Self

from company.cli.output import mute
from warehouse.journal.journal import Event


class JsonLines:
    """Copies every event to standard output."""

    speaks = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to do: each line was flushed."""

    def recall(self, past: Iterable[Event]) -> None:
        """The past is in the journal; only what is new is written."""

    def on_event(self, event: Event) -> None:
        try:
            sys.stdout.buffer.write(_ascii(event) if sys.stdout.isatty() else event.line())
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            mute(sys.stdout)

    @contextmanager
    def aside(self) -> Iterator[None]:
        yield


def _ascii(event: Event) -> bytes:
    return json.dumps(json.loads(event.line()), separators=(",", ":")).encode() + b"\n"
