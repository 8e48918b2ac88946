"""Fetching the embedded model while a person watches."""

import sys
from pathlib import Path

from company.cli.output import say


def pull_with_progress() -> Path:
    """The weights, fetched where they are missing, with a progress bar on a terminal's stderr."""
    from company.models.local.pull import pull

    if not sys.stderr.isatty():
        return pull(Tenths(), tell=lambda sentence: say(sentence, err=True))
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True, markup=False)
    columns = ("Embedded model", BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, refresh_per_second=4) as bar:
        task = bar.add_task("", total=None)
        return pull(
            lambda done, of: bar.update(task, completed=done, total=of),
            tell=lambda sentence: say(sentence, err=True),
        )


class Tenths:
    """Says each tenth once, for logs."""

    def __init__(self) -> None:
        self._said = 0

    def __call__(self, done: int, of: int) -> None:
        tenth = 10 * done // of if of else 0
        if tenth > self._said:
            self._said = tenth
            say(f"Embedded model: {tenth * 10} % of {of / 1e9:.1f} GB", err=True)
