"""Repositories of which many runs begin: one copy of each in the cache, whose packs runs share.

A copy is a bare repository of ours, whole or not there at all. Nothing of the repository is run. A run
has the packs by links of its own, so it needs the copy no more once it has begun.
"""

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp

from warehouse.durable import sync_tree
from warehouse.errors import ProductError
from warehouse.plain_file import read_plain_file
from warehouse.product.bundle import MOST_BYTES, Bundle
from warehouse.product.git.borrowed import borrowed
from warehouse.product.git.command import SHALLOW, GitCommand
from warehouse.product.git.foreign import (
    checked_out,
    common_dir_of,
    git_dir_of,
    has_commits,
    is_bare,
    make_git_dir,
)
from warehouse.product.git.objects import GitObjects
from warehouse.product.git.packs import PACKS, link_packs, take_pack
from warehouse.product.git.refs import Refs
from warehouse.product.intake.copies import PARTIAL, alone, shared_folder
from warehouse.product.intake.repository import MOST_HISTORY

USUAL_BRANCHES = ("HEAD", "refs/heads/main", "refs/heads/master")


def place_of_copy(source: Path, commit: str) -> Path:
    """Where the copy of a repository is, or will be, that begins at a commit, or at its head; the folder
    itself, where it is no repository.

    A repository that was changed since has another. Raises ProductError.
    """
    if source.is_dir() and _git_dir(source) is None:
        return source
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", source.name.removesuffix(".bundle"))[:40].strip("-")
    parts = (str(source.absolute()), _state(source), commit)
    digest = hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()
    return shared_folder() / f"{name or 'repository'}-{digest[:24]}"


def make_copy(source: Path, commit: str) -> None:
    """See to it that the copy is there, whoever else is about to make it. Raises ProductError."""
    place = place_of_copy(source, commit)
    if place == source or (place / "HEAD").exists():
        return
    with alone(place):
        if not (place / "HEAD").exists():
            if commit:
                make_copy(source, "")
            _make(place, source, commit)


def _make(place: Path, source: Path, commit: str) -> None:
    """Make a copy beside its place, which it takes when it is whole."""
    partial = Path(mkdtemp(prefix=f"{place.name}{PARTIAL}", dir=place.parent))
    git_dir = make_git_dir(partial / "copy", "ref: refs/heads/none")
    git_dir.chmod(0o700)  # what other users could read is nobody's secret any more
    (git_dir / PACKS).mkdir()
    if commit:
        head = _begin_at(commit, source, git_dir)
    else:
        head = (_take_bundle if source.is_file() else _take_repository)(source, git_dir)
    (git_dir / "HEAD").write_text(f"{head}\n")
    sync_tree(git_dir)
    git_dir.rename(place)
    partial.rmdir()


def _begin_at(commit: str, source: Path, git_dir: Path) -> str:
    """Share the packs of the copy that is there of all commits."""
    link_packs(place_of_copy(source, ""), git_dir)
    if GitObjects(GitCommand(git_dir, is_ours=True)).kinds([commit]) != {commit: "commit"}:
        raise ProductError(f"{source} has no commit {commit}")
    return commit


def _take_repository(source: Path, git_dir: Path) -> str:
    """Take all commits of a repository that its names lead to; the id of its head."""
    with borrowed(source) as theirs, TemporaryFile() as pack:
        wanted = "".join(f"{sha}\n" for sha in sorted({theirs.head, *theirs.refs.values()}))
        theirs.git.stream(
            "pack-objects", "--quiet", "--revs", "--delta-base-offset", "--stdout",
            stdin=wanted.encode(), into=pack, most=MOST_HISTORY,
        )  # fmt: skip
        pack.seek(0)
        if theirs.shallow:
            (git_dir / SHALLOW).write_text("".join(f"{sha}\n" for sha in sorted(theirs.shallow)))
        take_pack(GitCommand(git_dir, is_ours=True), pack)
        return theirs.head


def _take_bundle(source: Path, git_dir: Path) -> str:
    bundle = Bundle.parse(_bundle(source))
    if bundle.needs:
        raise ProductError(f"{source} lacks the commits that it builds on: make it of all of them")
    take_pack(GitCommand(git_dir, is_ours=True), bundle.pack)
    heads = (bundle.refs[name] for name in (*USUAL_BRANCHES, *bundle.refs) if name in bundle.refs)
    return next(heads)


def _state(source: Path) -> str:
    """What a repository holds now, in a few words."""
    git_dir = _git_dir(source)
    if git_dir is not None:
        refs = Refs(common_dir_of(git_dir)).all()
        return f"{checked_out(git_dir, refs)} {sorted(refs.items())}"
    try:
        about = source.stat()
    except OSError as error:
        raise ProductError(f"{source} cannot be read: {error.strerror}").caused_by(error) from None
    return _digest(source, about.st_size, about.st_mtime_ns)


@lru_cache(maxsize=64)
def _digest(bundle: Path, *_: int) -> str:
    """That of a bundle, which is large: many tasks have the same, and it is read again once it changed."""
    return hashlib.sha256(_bundle(bundle)).hexdigest()


def _bundle(source: Path) -> bytes:
    data = read_plain_file(source, MOST_BYTES)
    if data is None:
        raise ProductError(
            f"{source} is no repository, and no bundle of at most {MOST_BYTES >> 20} MB"
        )
    return data


def _git_dir(source: Path) -> Path | None:
    git_dir = git_dir_of(source)
    if git_dir is not None:
        return git_dir if has_commits(git_dir) else None
    return source if is_bare(source) else None
