"""`softhouse run --tui`: the run works in a process of its own, and the window shows it."""

import asyncio
from pathlib import Path

from company.cli.opened import called
from company.cli.output import say
from company.cli.run.handover import handover
from company.cli.window import window_to_open
from company.engine.fork.spec_history import SpecHistory
from company.remote.launch import start
from company.run_options import RunRequest
from warehouse.history.summary import SummaryFold
from warehouse.journal.journal import FILE_NAME, is_locked, read_events


def begin_and_show(request: RunRequest, products: Path) -> int:
    """Begin as asked and open the window. Returns the run's exit code; 0 while it goes on.

    Raises SofthouseError with what stopped it where it could not begin.
    """
    window = window_to_open()
    folder = asyncio.run(start(request, products))
    window.show(products, folder, begun=[folder])
    return _tell(folder)


def _tell(folder: Path) -> int:
    """Say how the run ended, or how to come back to it."""
    name = called(folder)
    if is_locked(folder / FILE_NAME):
        say(f"{folder.name} goes on. Come back with: softhouse watch {name}")
        return 0
    events = read_events(folder / FILE_NAME)
    summary = SummaryFold(events).summary
    for line in handover(summary, SpecHistory.of(events).spec, folder, name):
        say(line)
    return summary.exit_code or 0
