"""Finding the journal of a repository's run, wherever the repository has got to."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from warehouse.errors import JournalError
from warehouse.history.why.account import Account
from warehouse.history.why.borrowed_git import BorrowedGit
from warehouse.history.why.carried_journal import carried_events
from warehouse.history.why.origin import RUN, origin_of
from warehouse.journal.journal import FILE_NAME, Event, read_events
from warehouse.product.git.objects import GitObjects
from warehouse.runs.folders import run_folders

_LOOKED_AT = 20
"""Commits that name a run somewhere in their text, of which one must do so in a trailer."""


def last_run(source: BorrowedGit) -> str:
    """The run that made the last commit any run made; empty where none did."""
    listed = source.git.run(
        "log", f"--max-count={_LOOKED_AT}", "--format=%H", f"--grep=^{RUN}: ", source.head
    )
    commits = GitObjects(source.git).contents(listed.decode().split())
    runs = (origin_of(sha, raw).run for sha, raw in commits.items())
    return next((run for run in runs if run), "")


def find_account(
    source: BorrowedGit, root: Path, run: str, products: Path
) -> tuple[Account | None, list[str]]:
    """The account of a run, and what stood in the way of reading one that was found.

    It is looked for beside the work tree `root`, where the run's own folder has it, then in the
    repository, which may carry it, then among the runs in `products`.
    """
    if not run:
        return None, []
    problems = []
    for read in _readers(source, root, run, products):
        try:
            account = Account(read() or [])
        except JournalError as error:
            problems.append(str(error))
            continue
        if run in account.runs:
            return account, problems
    return None, problems


def _readers(
    source: BorrowedGit, root: Path, run: str, products: Path
) -> Iterator[Callable[[], list[Event] | None]]:
    beside = root.parent / FILE_NAME
    if beside.is_file():
        yield partial(read_events, beside)
    yield partial(carried_events, source)
    for folder in run_folders(products):
        if folder.name == run:
            yield partial(read_events, folder / FILE_NAME)
