"""Where runs are kept: the products folder, run ids, and finding a run again."""

import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import RunNotFound, SofthouseError
from warehouse.journal import journal

PRODUCT = "product"
ATTACHMENTS = "attachments"
LONGEST_SLUG = 40
OWN = 0o700
"""What a company was asked, and what it answered, is not for other users of the machine."""
RUN_ID = re.compile(r"\d{8}-\d{6}-")

DEMOS = Path(__file__).parent / "demos"
"""Recorded runs that come with softhouse: a journal each, with its product packed beside it."""


def products_folder(option: Path | None = None) -> Path:
    """The folder of all runs: that of the option, or $SOFTHOUSE_PRODUCTS, or ./products."""
    if option is not None:
        return option
    return Path(os.environ.get("SOFTHOUSE_PRODUCTS") or "products")


def create_run_folder(root: Path, name: str, run: str | None = None) -> Path:
    """Make the folder of a new run called `name`, whose id is `run` or a new one.

    Raises SofthouseError where that cannot be done.
    """
    folder = root / (run or run_id(name))
    try:
        root.mkdir(parents=True, exist_ok=True)
        while run is None and folder.exists():
            # Of a thousand runs that begin within a second, some draw the same id.
            folder = root / run_id(name)
        folder.mkdir(OWN)
    except OSError as error:
        raise SofthouseError(
            f"No run can be kept in {root.absolute()}: {error.strerror}. "
            "Choose another folder with --products or $SOFTHOUSE_PRODUCTS."
        ).caused_by(error) from None
    return folder


@contextmanager
def removed_on_failure(folder: Path) -> Iterator[None]:
    """Leave nothing of a run that could not even begin."""
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def run_id(name: str) -> str:
    """A folder name that sorts by time, says what it is about, and is unique."""
    moment = re.sub(r"[-:]", "", journal.now()[: len("2026-01-31T12:00:00")]).replace("T", "-")
    return "-".join(part for part in (moment, slug(name), secrets.token_hex(2)) if part)


def slug(name: str) -> str:
    """`name` in lower-case ASCII letters, digits and dashes; empty where nothing of it remains."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[:LONGEST_SLUG].rstrip("-")


def run_folders(root: Path) -> Iterator[Path]:
    """The folders of all runs, oldest first."""
    if not root.is_dir():
        return
    for folder in sorted(root.iterdir()):
        if (folder / journal.FILE_NAME).is_file():
            yield folder


def demos() -> dict[str, Path]:
    """The folders of the demos by name; the first is the one to begin with."""
    return {folder.name: folder for folder in run_folders(DEMOS)}


def is_demo(folder: Path) -> bool:
    """Whether a run came with softhouse, and so can be read and nothing else."""
    return folder.resolve().parent == DEMOS.resolve()


def find_run(run: str, root: Path) -> Path:
    """The folder of the run named by an id, a unique prefix of one, a path, `last`, or a demo's name.

    Raises RunNotFound, naming what there is.
    """
    as_path = Path(run)
    if (as_path / journal.FILE_NAME).is_file():
        return as_path
    if os.sep in run:
        raise RunNotFound(f"There is no run at {run}: no {journal.FILE_NAME} lies there.")
    shipped = demos()
    if run in shipped:
        return shipped[run]
    folders = list(run_folders(root))
    if not folders:
        raise RunNotFound(
            f"There are no runs in {root.absolute()} yet: softhouse run TASK. "
            f"Recorded ones to look at: {', '.join(shipped)}."
        )
    if run == "last":
        return folders[-1]
    matches = [folder for folder in folders if folder.name.startswith(run)] if run else []
    exact = [folder for folder in matches if folder.name == run]
    if len(exact or matches) == 1:
        return (exact or matches)[0]
    if matches:
        names = ", ".join(folder.name for folder in matches[:5])
        raise RunNotFound(f"{run!r} begins the names of several runs: {names}.")
    raise RunNotFound(f"No run in {root.absolute()} is called {run!r}: softhouse runs lists them.")


def has_run_id(folder: Path) -> bool:
    """Whether a folder is called as runs are."""
    return bool(RUN_ID.match(folder.name))
