"""`softhouse run --tui`: the run works in a process of its own, and the window shows it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import click

from company.cli.opened import called
from company.cli.output import say
from company.cli.sitting.begin import Wishes, read_task
from company.cli.sitting.handover import handover
from company.cli.terminal import ensure_window
from company.cli.window import open_window
from company.control.house import begin
from company.spec import check_task
from company.spec_history import SpecHistory
from warehouse.journal import FILE_NAME, is_locked, read_events
from warehouse.runs import products_folder
from warehouse.summary import SummaryFold


def begin_and_show(wishes: Wishes) -> int:
    """Begin as wished and open the window. Returns the run's exit code; 0 while it goes on.

    Raises SofthouseError with what stopped it where it could not begin.
    """
    if wishes.plain or wishes.as_json:
        raise click.UsageError("--tui excludes --plain and --json.")
    ensure_window()
    task = check_task(read_task(wishes.task))
    root = products_folder(wishes.products)
    folder = asyncio.run(
        begin(
            task,
            company=wishes.company or "",
            model=wishes.model or "",
            name=wishes.name or "",
            budget=wishes.budget,
            products=root,
            arguments=list(further_options(wishes)),
        )
    )
    open_window(root, folder, begun=[folder])
    return _tell(folder)


def further_options(wishes: Wishes) -> Iterator[str]:
    """The other options, as they were given."""
    single: dict[str, object] = {
        "chain": wishes.chain,
        "experiment": wishes.experiment or None,
        "sandbox": wishes.sandbox,
        "max-tokens": wishes.max_tokens,
        "max-calls": wishes.max_calls,
        "max-seconds": wishes.max_seconds,
        "seed": wishes.seed,
        "from": wishes.source,
    }
    several: dict[str, tuple[object, ...]] = {
        "role-model": wishes.role_models,
        "image": wishes.images,
        "human": wishes.humans,
    }
    for option, value in single.items():
        if value is not None:
            yield f"--{option}={value}"
    for option, values in several.items():
        for value in values:
            yield f"--{option}={value}"


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
