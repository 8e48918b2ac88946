"""The live view: what is done stays as a story above, what goes on is a few still lines below.

Nothing from outside is ever read as markup: all of it is `Text` made of safe text.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from company.cli.views.now_panel import NowPanel
from company.cli.views.story import Story
from company.cli.views.view import View
from warehouse.history.now import Now
from warehouse.history.transcript import TranscriptFold
from warehouse.journal.journal import Event

REFRESHES_PER_SECOND = 4
HANG = 4
"""Columns by which the second and later lines of a long line are indented."""


class LiveView(View):
    """Shows a run on a terminal."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(markup=False, highlight=False, emoji=False)
        self._fold = TranscriptFold()
        self._now = Now()
        self._story = Story()
        self._live: Live | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def recall(self, past: Iterable[Event]) -> None:
        for event in past:
            entry = self._fold.add(event)
            self._now.add(event, entry)
            if entry is not None:
                self._story.recall(entry)

    def on_event(self, event: Event) -> None:
        entry = self._fold.add(event)
        self._now.add(event, entry)
        if entry is not None:
            for line in self._story.lines_of(entry):
                for piece in hanging(line, self._console):
                    self._console.print(piece)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the lines below away while a person types."""
        if self._live is None:
            yield
            return
        self._stop()
        try:
            yield
        finally:
            self._start()

    def _start(self) -> None:
        # Always a new one: a Live that is started again would erase what was written meanwhile.
        self._live = Live(
            NowPanel(self._now),
            console=self._console,
            refresh_per_second=REFRESHES_PER_SECOND,
            transient=True,
        )
        self._live.start()

    def _stop(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None


def hanging(line: Text, console: Console) -> Iterator[Text]:
    """A line as it fits the terminal, what did not fit into the first one indented."""
    if line.cell_len <= console.width:
        yield line
        return
    first, *rest = line.wrap(console, max(console.width - HANG, 1))
    yield first
    for piece in rest:
        piece.pad_left(HANG)
        yield piece
