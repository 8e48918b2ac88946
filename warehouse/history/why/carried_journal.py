"""The journal on its way with the product, and found again wherever the product has got to.

It is stored in the product under a ref that clones do not fetch.
The same journal gives the same commit, so storing it again changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from warehouse.errors import JournalError, PathRejected, ProductError
from warehouse.history.why.account import Account
from warehouse.history.why.origin import RUN, origin_of
from warehouse.journal.journal import FILE_NAME, Event, read_events
from warehouse.paths import MAX_PICTURE_BYTES, check_path
from warehouse.plain_file import read_below
from warehouse.product.branches import COMMITTER
from warehouse.product.git.borrowed import BorrowedGit
from warehouse.product.git.commits import compose, git_date
from warehouse.product.git.loose_objects import Head
from warehouse.product.git.objects import GitObjects
from warehouse.product.product import Product
from warehouse.runs.folders import ATTACHMENTS, PRODUCT, run_folders

REF = "refs/softhouse/journal"
FETCH = f"git fetch origin {REF}:{REF}"
"""What brings the journal into a clone."""
PUSH = f"git push origin {REF}"
"""What brings the journal to where the product is published."""


@dataclass(frozen=True)
class Carried:
    """What was stored: the commit, how many events, and attachments left out, with the reason."""

    sha: str
    events: int
    skipped: list[str] = field(default_factory=list)


def carry_journal(folder: Path) -> Carried:
    """Store the journal of the run in `folder`, with its attachments, in the run's product.

    Only whole events are stored, so it may be done while the run goes on. Raises JournalError or
    ProductError where there is none.
    """
    journal = folder / FILE_NAME
    product = Product.open(folder / PRODUCT)
    events = read_events(journal)
    if not events:
        raise JournalError(f"{journal} is empty: there is nothing to carry.")
    files, skipped = _attachments(folder)
    files[FILE_NAME] = b"\n".join([*journal.read_bytes().split(b"\n")[: len(events)], b""])
    run = folder.absolute().name
    text = compose(f"The journal of {run}", {"Softhouse-Run": run})
    head = Head(COMMITTER, COMMITTER, git_date(events[-1].at), text, parent=None)
    return Carried(product.keep(files, head, REF), len(events), skipped)


def carried_events(source: BorrowedGit) -> list[Event] | None:
    """The events of the journal that a repository carries; None where it carries none.

    Raises JournalError where what it carries cannot be read as one.
    """
    sha = source.ref(REF)
    if sha is None:
        return None
    try:
        content = source.git.run("cat-file", "blob", f"{sha}:{FILE_NAME}")
    except ProductError:
        raise JournalError(f"What {REF} leads to holds no {FILE_NAME}.") from None
    with TemporaryDirectory(prefix="softhouse-journal-") as folder:
        path = Path(folder) / FILE_NAME
        path.write_bytes(content)
        try:
            return read_events(path)
        except JournalError as error:
            raise JournalError(str(error).replace(str(path), f"{REF}:{FILE_NAME}")) from None


def _attachments(run: Path) -> tuple[dict[str, bytes], list[str]]:
    files: dict[str, bytes] = {}
    skipped: list[str] = []
    folder = run / ATTACHMENTS
    for name in sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []:
        try:
            path = check_path(f"{ATTACHMENTS}/{name}")
            files[path] = read_below(run, path, MAX_PICTURE_BYTES)
        except PathRejected as error:
            skipped.append(f"{name}: {error}")
    return files, skipped


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
