"""What is asked of `softhouse why`: which file of which repository, and which of its lines."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from company.errors import ConfigurationError
from warehouse.history.why.account import Account
from warehouse.history.why.carried_journal import FETCH, find_account, last_run
from warehouse.history.why.trace import Provenance, TracedLine, trace
from warehouse.product.git.borrowed import borrowed
from warehouse.product.git.foreign import repository_around
from warehouse.runs.folders import products_folder
from warehouse.runs.products import product_folder

_LINES = re.compile(r"(.+):(\d{1,9})(?:-(\d{1,9}))?", re.DOTALL)


@dataclass(frozen=True)
class Question:
    """A file traced to its commits, with the journal that tells of them if there is one."""

    path: str
    """Relative to the root of the product."""
    lines: range | None
    provenance: Provenance
    account: Account | None
    notes: tuple[str, ...] = ()
    """What the person should know of the answer."""

    def lines_asked_about(self) -> list[TracedLine]:
        """Raises ConfigurationError where the file has no such line."""
        every = self.provenance.lines
        if self.lines is None:
            return every
        if self.lines.start < 1 or self.lines.stop > len(every) + 1:
            raise ConfigurationError(_no_such_line(self, len(every)))
        return every[self.lines.start - 1 : self.lines.stop - 1]


def _parsed(word: str) -> tuple[str, range | None]:
    """The file and the lines of `FILE`, `FILE:LINE` or `FILE:FROM-TO`; earlier colons are its name's."""
    match = _LINES.fullmatch(word)
    if match is None:
        return word, None
    first = int(match[2])
    last = int(match[3] or first)
    return match[1], range(min(first, last), max(first, last) + 1)


@contextmanager
def in_run(run: str, word: str, products: Path | None) -> Iterator[Question]:
    """Ask about a file of a run's product, named from the product's root or by any path to it."""
    from company.cli.opened import open_run

    opened = open_run(run, products)
    root = product_folder(opened.folder.absolute())
    file, lines = _parsed(word)
    path = _from_root(file, root)
    account = Account(opened.events)
    with borrowed(root) as source:
        provenance = trace(source, root, path, account.branches)
        yield Question(path, lines, provenance, account, _about_the_file(provenance))


@contextmanager
def in_repository(word: str, products: Path | None) -> Iterator[Question]:
    """Ask about a file of the repository it lies in, and find the journal of its run."""
    file, lines = _parsed(word)
    place = _absolute(Path(file))
    root = repository_around(place)
    if root is None:
        raise ConfigurationError(
            f"{file} lies in no git repository. Go into a delivered product, or name the "
            "run: softhouse why RUN FILE:LINE"
        )
    path = place.relative_to(root).as_posix()
    with borrowed(root) as source:
        run = last_run(source)
        account, problems = find_account(source, root, run, products_folder(products))
        branches = account.branches if account else None
        provenance = trace(source, root, path, branches)
        notes = (*_about_the_file(provenance), *problems, *_about_the_journal(run, account))
        yield Question(path, lines, provenance, account, notes)


def _from_root(name: str, root: Path) -> str:
    """A path relative to the product's root."""
    path = Path(name)
    if not path.is_absolute() and not (root / path).exists() and path.exists():
        path = _absolute(path)
    if path.is_absolute() and path.is_relative_to(root):
        path = path.relative_to(root)
    normal = Path(os.path.normpath(path)).as_posix()
    if normal.startswith(("/", "../")) or normal == "..":
        raise ConfigurationError(f"{name} lies outside of the product in {root}.")
    return normal


def _absolute(path: Path) -> Path:
    """Without `..`, and with links as they are: the repository is found by the way that was named."""
    return Path(os.path.normpath(Path.cwd() / path))


def _about_the_file(provenance: Provenance) -> tuple[str, ...]:
    if provenance.file.is_missing:
        return ("The file is gone from the work tree: this is what was committed.",)
    return ()


def _about_the_journal(run: str, account: Account | None) -> tuple[str, ...]:
    if account is not None:
        return ()
    if not run:
        return ("No commit here was made by softhouse: there are no words behind them.",)
    return (
        f"The words behind it are in the journal of run {run}, which is not here.\n"
        f"If the product carries it, a clone gets it with: {FETCH}\n"
        "Whoever has the run lets the product carry it with: softhouse export RUN --journal",
    )


def _no_such_line(question: Question, lines: int) -> str:
    path = question.path
    if not question.provenance.file.is_text:
        return f"{path} is binary: it has no lines. Ask about the file: softhouse why {path}"
    if lines == 0:
        return f"{path} is empty: it has no lines."
    return f"{path} has {lines} lines, numbered from 1."
