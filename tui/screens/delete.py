"""Deleting runs, after the person was asked."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textual.app import App

from tui.browser.glance import Glance
from tui.screens.confirm import ConfirmScreen
from warehouse.errors import SofthouseError
from warehouse.history.format.figures import counted
from warehouse.runs.removal import delete_run

NAMED = 3
"""Runs that are named before the rest is counted."""


async def delete(app: App[Any], runs: Sequence[Glance], products: Path) -> list[Glance]:
    """Delete runs of a products folder, if the person says so; what goes wrong is said.

    To be called from a worker. Returns those that are gone.
    """
    if not await app.push_screen_wait(ConfirmScreen(question(runs))):
        return []
    gone: list[Glance] = []
    for run in runs:
        try:
            await asyncio.to_thread(delete_run, run.folder, products)
        except SofthouseError as error:
            app.notify(str(error), severity="warning", timeout=10, markup=False)
        else:
            gone.append(run)
    return gone


def question(runs: Sequence[Glance]) -> str:
    """What the person is asked, with the names of what would be gone."""
    named = "\n".join(f"{run.name}\n{run.folder.name}\n" for run in runs[:NAMED])
    more = f"\nand {len(runs) - NAMED} more\n" if len(runs) > NAMED else ""
    what = "this run" if len(runs) == 1 else f"these {counted(len(runs), 'run')}"
    return f"Delete {what}, journal and product, for good?\n\n{named}{more}".rstrip()
