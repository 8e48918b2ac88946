"""Repositories that were not made here: where they lie, and a git directory of ours to read them with.

Their configuration, attributes and hooks can name commands that git would run, filters among them.
"""

import os
from collections.abc import Mapping
from pathlib import Path

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


def common_dir_of(git_dir: Path) -> Path:
    """Where objects and refs lie: of a linked work tree, not in its own git directory."""
    named = (read_plain_file(git_dir / "commondir", _LONGEST_POINTER) or b"").removesuffix(b"\n")
    return git_dir / os.fsdecode(named)


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
