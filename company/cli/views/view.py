"""The ways a run is shown while it goes on. A view is fed events and knows nothing else."""

import os
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Protocol, Self

import click

from warehouse.journal import Event


class View(Protocol):
    """Shows a run. Used as a context while the run goes on."""

    speaks: bool
    """Whether it writes words for people to standard output."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def recall(self, past: Iterable[Event]) -> None:
        """Take the past of a resumed run into account, without showing it again."""

    def on_event(self, event: Event) -> None:
        """Show one more event."""

    def aside(self) -> AbstractContextManager[None]:
        """Leave the terminal to someone else for a while: a person is asked."""


def choose_view(*, plain: bool, as_json: bool, clock: Callable[[], float] = time.monotonic) -> View:
    """The live view on a terminal, lines elsewhere, or what the person asked for.

    `clock` counts the seconds that pass between events.
    """
    if plain and as_json:
        raise click.UsageError("--plain and --json exclude each other.")
    if as_json:
        from company.cli.views.json_lines import JsonLines

        return JsonLines()
    if plain or not sys.stdout.isatty() or os.environ.get("TERM") in ("dumb", "unknown"):
        from company.cli.views.plain import Plain

        return Plain()
    from company.cli.views.live import LiveView

    return LiveView(clock=clock)
