"""All runs of a products folder at a glance, the broken ones too."""

import re
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import JournalError, SofthouseError
from warehouse.journal import FILE_NAME, is_locked, read_events
from warehouse.runs import PRODUCT
from warehouse.summary import RunSummary, SummaryFold

_RUN_ID = re.compile(r"\d{8}-\d{6}-")


@dataclass(frozen=True)
class RunRow:
    """One run; `summary` is None where its journal cannot be read, and `problem` says why."""

    folder: Path
    status: str
    """`running`, `unfinished`, `broken`, or how it ended."""
    summary: RunSummary | None = None
    problem: str = ""


def list_runs(root: Path) -> list[RunRow]:
    """Every run in the folder, oldest first. Raises SofthouseError where it cannot be read."""
    try:
        folders = sorted(path for path in root.iterdir() if path.is_dir()) if root.exists() else []
    except OSError as error:
        raise SofthouseError(
            f"The products folder {root} cannot be read: {error.strerror}. "
            "Name another one with --products."
        ) from None
    return [row_of(folder) for folder in folders if _is_run(folder)]


def row_of(folder: Path) -> RunRow:
    """One run's row; never raises for what is in its folder."""
    journal = folder / FILE_NAME
    try:
        summary = summary_of(journal)
        status = "running" if is_locked(journal) else summary.status
    except SofthouseError as error:
        return RunRow(folder, "broken", problem=str(error))
    return RunRow(folder, status, summary)


def summary_of(journal: Path) -> RunSummary:
    """The summary of a journal. Raises JournalError where that cannot be made of it."""
    events = read_events(journal)
    if not events:
        raise JournalError(f"{journal} is empty: the run ended before it began. Delete its folder.")
    try:
        return SummaryFold(events).summary
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise JournalError(
            f"{journal} is damaged: an event lacks what belongs into it ({error!r})."
        ) from None


def _is_run(folder: Path) -> bool:
    if (folder / FILE_NAME).exists():
        return True
    return bool(_RUN_ID.match(folder.name)) or (folder / PRODUCT / ".git").is_dir()
