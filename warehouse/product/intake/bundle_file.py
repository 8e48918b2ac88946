"""A customer's repository that came as a git bundle: one file with a history in it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from warehouse.errors import ProductError
from warehouse.product.git.borrowed import BorrowedGit, borrowed_objects
from warehouse.product.git.command import GitCommand
from warehouse.product.git.foreign import make_git_dir
from warehouse.product.git.packs import take_pack

LONGEST_HEADER = 1 << 20
MOST_BYTES = 1 << 30
_USUAL = ("HEAD", "refs/heads/main", "refs/heads/master")
_BEGINS = re.compile(rb"# v[23] git bundle\n(?:@[^\n]*\n)*")
_LINE = re.compile(rb"([0-9a-f]{40}) ((?:HEAD|refs/)[^\n\0]*)")


@contextmanager
def unbundled(path: Path, revision: str) -> Iterator[BorrowedGit]:
    """The repository in a bundle. `revision` is what is asked for, if anything is.

    Raises ProductError.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise ProductError(
            f"{path} has {size:,} bytes; of a bundle at most {MOST_BYTES:,} are read."
        )
    with path.open("rb", buffering=0) as file:
        refs, begins = _header(path, file.read(LONGEST_HEADER))
        file.seek(begins)
        with TemporaryDirectory(prefix="softhouse-bundle-") as folder:
            ours = make_git_dir(Path(folder) / ".git", "ref: refs/heads/none")
            take_pack(GitCommand(ours, is_ours=True), file)
            head = _head(path, refs, revision)
            with borrowed_objects(ours, refs, head, frozenset(), path) as source:
                yield source


def _header(path: Path, data: bytes) -> tuple[dict[str, str], int]:
    """What each name leads to, and where the pack begins."""
    first = _BEGINS.match(data)
    ends = data.find(b"\n\n")
    if first is None or ends < 0 or b"object-format=sha256" in first[0]:
        raise ProductError(
            f"{path} is no git bundle that is read here: make one with git bundle create FILE HEAD --all"
        )
    lines = data[first.end() : ends].split(b"\n")
    if any(line.startswith(b"-") for line in lines):
        raise ProductError(
            f"{path} holds only the newest part of a history: make a whole one with git bundle create FILE"
            " HEAD --all"
        )
    found = [match for line in lines if (match := _LINE.fullmatch(line))]
    return {each[2].decode(errors="surrogateescape"): each[1].decode() for each in found}, ends + 2


def _head(path: Path, refs: Mapping[str, str], revision: str) -> str | None:
    branches = [name for name in refs if name.startswith("refs/heads/")]
    known = [name for name in _USUAL if name in refs] or (branches if len(branches) == 1 else [])
    if not known and not revision:
        raise ProductError(
            f"{path} does not say which branch is checked out: choose one with --commit."
        )
    return refs[known[0]] if known else next(iter(refs.values()), None)
