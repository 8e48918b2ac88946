"""The ways a run is shown while it goes on. A view is fed events and knows nothing else."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol, Self

import click

from company.cli.terminal import can_show_views
from warehouse.journal.journal import Event


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


def choose_view(*, plain: bool, as_json: bool) -> View:
    """The live view on a terminal, lines elsewhere, or what the person asked for."""
    if plain and as_json:
        raise click.UsageError("--plain and --json exclude each other.")
    if as_json:
        from company.cli.views.json_lines import JsonLines

        return JsonLines()
    if plain or not can_show_views():
        from company.cli.views.plain import Plain

        return Plain()
    from company.cli.views.live import LiveView

    return LiveView()
