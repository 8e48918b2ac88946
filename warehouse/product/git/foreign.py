"""Repositories that were not made here: where they lie, and a git directory of ours to read them with.

Their configuration, attributes and hooks can name commands that git would run, filters among them.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from warehouse.errors import ProductError
from warehouse.plain_file import read_plain_file

_CONFIG = """\
[core]
\trepositoryformatversion = 0
\tbare = false
\tcommitGraph = false
[user]
\tname = nobody
\temail = nobody@softhouse.invalid
"""
_LONGEST_CONFIG = 1 << 20
_WORK_TREE = re.compile(rb"^\s*worktree\s*=\s*([^\s\"][^\n\"]*)$", re.MULTILINE)
_UNREAD = {
    "SHA-256 names": re.compile(rb"objectformat\s*=\s*\"?sha256"),
    "its references in tables": re.compile(rb"refstorage\s*=\s*\"?reftable"),
}
_POINTER = "gitdir: "
_REF = "ref: "
_LONGEST_POINTER = 4_096


def repository_around(place: Path) -> Path | None:
    """The work tree that `place` lies in: the nearest folder upwards that has a `.git`."""
    start = place.absolute()
    return next((root for root in (start, *start.parents) if git_dir_of(root) is not None), None)


def git_dir_of(root: Path) -> Path | None:
    """The git directory of a work tree: its `.git` folder, or the one its `.git` file names."""
    place = root / ".git"
    if place.is_dir():
        return place if (place / "HEAD").is_file() else None
    text = (read_plain_file(place, _LONGEST_POINTER) or b"").decode(errors="surrogateescape")
    named = root / text.removeprefix(_POINTER).removesuffix("\n")
    return named if text.startswith(_POINTER) and (named / "HEAD").is_file() else None


def is_bare(root: Path) -> bool:
    """Whether a folder is itself a git directory, without a work tree."""
    return (root / "HEAD").is_file() and (root / "objects").is_dir() and (root / "refs").is_dir()


def common_dir_of(git_dir: Path) -> Path:
    """Where objects and refs lie: of a linked work tree, not in its own git directory."""
    named = (read_plain_file(git_dir / "commondir", _LONGEST_POINTER) or b"").removesuffix(b"\n")
    return git_dir / os.fsdecode(named)


def check_readable(root: Path, git_dir: Path) -> None:
    """Raises ProductError where a repository is of a kind that is not read here, or where its `.git`
    leads to one that knows nothing of it: a stranger's folder may point at anything on this machine.
    """
    common = common_dir_of(git_dir)
    if not (_is_known_to(root, git_dir) and _is_shared_by(common, git_dir)):
        raise ProductError(
            f"{root} says that its repository is {common.resolve()}, which does not know it. Give that"
            " repository itself, or a clone of it."
        )
    config = (read_plain_file(common / "config", _LONGEST_CONFIG) or b"").lower()
    for kind, setting in _UNREAD.items():
        if setting.search(config):
            raise ProductError(
                f"The repository {root} keeps {kind}, which softhouse does not read. Clone it into one that"
                " does not, or give a copy of the folder without its .git."
            )


def _is_known_to(root: Path, git_dir: Path) -> bool:
    """Whether a git directory that lies elsewhere names this work tree as one of its own."""
    if git_dir in (root, root / ".git"):
        return True
    back = os.fsdecode((read_plain_file(git_dir / "gitdir", _LONGEST_POINTER) or b"").strip())
    config = read_plain_file(git_dir / "config", _LONGEST_CONFIG) or b""
    tree = _WORK_TREE.search(config)
    places = [git_dir / back] if back else []
    places += [git_dir / os.fsdecode(tree[1]) / ".git"] if tree else []
    return (root / ".git").resolve() in [place.resolve() for place in places]


def _is_shared_by(common: Path, git_dir: Path) -> bool:
    """Whether the place of the objects is that of the git directory, or of one that has it below."""
    return common.resolve() in (git_dir.resolve(), git_dir.resolve().parent.parent)


def checked_out(git_dir: Path, refs: Mapping[str, str]) -> str | None:
    """The id that the head leads to, by way of these refs or by itself."""
    text = os.fsdecode(read_plain_file(git_dir / "HEAD", _LONGEST_POINTER) or b"").strip()
    return refs.get(text.removeprefix(_REF)) if text.startswith(_REF) else text or None


def make_git_dir(place: Path, head: str) -> Path:
    """Make an empty git directory of ours whose head is `head`: a commit's id, or `ref: …`."""
    (place / "refs").mkdir(parents=True)
    (place / "objects" / "info").mkdir(parents=True)
    (place / "config").write_text(_CONFIG)
    (place / "HEAD").write_text(f"{head}\n")
    return place


def has_commits(git_dir: Path) -> bool:
    """Whether something is checked out: a new repository's head names a branch that is not there yet."""
    text = os.fsdecode(read_plain_file(git_dir / "HEAD", _LONGEST_POINTER) or b"").strip()
    if not text.startswith(_REF):
        return True
    common = common_dir_of(git_dir)
    ref = text.removeprefix(_REF)
    packed = read_plain_file(common / "packed-refs", 64 << 20) or b""
    return (common / ref).is_file() or f" {ref}\n".encode() in packed
