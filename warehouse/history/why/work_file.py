"""A file of a product as it lies in the work tree now, committed or not."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from warehouse.errors import ProductError
from warehouse.history.why.blame import FileAt
from warehouse.nearest import nearest_words
from warehouse.plain_file import read_plain_file
from warehouse.product.git.borrowed import BorrowedGit
from warehouse.product.git.modes import PLAIN_MODE, PROGRAM_MODE
from warehouse.product.git.objects import GitObjects

_BINARY_WITHIN = 8_000
"""Bytes in which a NUL makes a file binary, as git has it."""
_NAMED = 5


@dataclass(frozen=True, slots=True)
class WorkFile:
    """A file, and a commit that holds it as it is."""

    at: FileAt
    content: bytes
    is_committed: bool
    """If not, the commit is one of ours that stands for what has not been committed."""
    is_missing: bool = False
    """Whether it is gone from the work tree, so that this is the committed one."""

    @property
    def is_text(self) -> bool:
        return b"\0" not in self.content[:_BINARY_WITHIN]


class _Committed(NamedTuple):
    mode: str
    blob: str


def work_file(source: BorrowedGit, root: Path, path: str) -> WorkFile:
    """The file at `path`, which is relative to the work tree `root`.

    Raises ProductError where there is none, or no plain one.
    """
    if ".git" in path.lower().split("/"):
        raise ProductError(f"{path} is git's own, not a file of the product")
    tree = _tree(source)
    committed = tree.get(path)
    if committed is not None and committed.mode not in (PLAIN_MODE, PROGRAM_MODE):
        raise ProductError(f"{path} is a link or a repository of its own: it has no lines to trace")
    present = read_plain_file(root / path)
    if present is None:
        if committed is None:
            raise ProductError(_no_such_file(path, root, list(tree)))
        return WorkFile(FileAt(source.head, path), _content(source, committed), True, True)
    if committed is not None:
        content = _content(source, committed)
        if present in (content, content.replace(b"\n", b"\r\n")):
            return WorkFile(FileAt(source.head, path), content, is_committed=True)
        if b"\r\n" not in content:
            present = present.replace(b"\r\n", b"\n")
    changes: dict[str, bytes | None] = {path: present}
    if committed is None:
        changes |= {gone: None for gone in tree if not (root / gone).is_file()}
    return WorkFile(FileAt(source.commit_on_head(changes), path), present, is_committed=False)


def _tree(source: BorrowedGit) -> dict[str, _Committed]:
    """Every path of the head; unlike `GitObjects.tree` it takes what anyone committed."""
    listed = source.git.run("ls-tree", "-r", "-z", "--full-tree", source.head)
    tree = {}
    for entry in listed.split(b"\0")[:-1]:
        about, _, raw_path = entry.partition(b"\t")
        mode, _, blob = about.decode().split()
        tree[raw_path.decode(errors="surrogateescape")] = _Committed(mode, blob)
    return tree


def _content(source: BorrowedGit, committed: _Committed) -> bytes:
    return GitObjects(source.git).contents([committed.blob])[committed.blob]


def _no_such_file(path: str, root: Path, paths: list[str]) -> str:
    if (root / path).is_dir():
        inside = [each for each in paths if each.startswith(f"{path}/")] if path != "." else paths
        return f"{path} is a folder; name one of its files: {_named(inside)}"
    near = nearest_words(path, paths) or [
        each for each in paths if Path(each).name == Path(path).name
    ]
    if near:
        return f"There is no file {path} in {root}; did you mean {near[0]}?"
    return f"There is no file {path} in {root}; there is {_named(paths)}"


def _named(paths: list[str]) -> str:
    more = len(paths) - _NAMED
    return (", ".join(paths[:_NAMED]) or "none") + (f" and {more} more" if more > 0 else "")
