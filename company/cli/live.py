"""The live view: what is done stays as a story above, what goes on is a few still lines below.

Nothing from outside is ever read as markup: all of it is `Text` made of safe text.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Self

from rich.console import Console
from rich.live import Live

from company.cli.now import Now
from company.cli.now_panel import NowPanel
from company.cli.story import Story
from warehouse.journal import Event
from warehouse.transcript import TranscriptFold

REFRESHES_PER_SECOND = 4


class LiveView:
    """Shows a run on a terminal."""

    speaks = True

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(markup=False, highlight=False, emoji=False)
        self._fold = TranscriptFold()
        self._now = Now()
        self._story = Story()
        self._live: Live | None = None

    def __enter__(self) -> Self:
        self._live = Live(
            NowPanel(self._now),
            console=self._console,
            refresh_per_second=REFRESHES_PER_SECOND,
            transient=True,
        )
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

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
                self._console.print(line, soft_wrap=False)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the lines below away while a person types."""
        if self._live is None:
            yield
            return
        self._live.stop()
        try:
            yield
        finally:
            self._live.start()
