"""What is to become of each file of a customer's folder, and what stands against it.

A file is changed where it is what the work began with. One that is what the work made of it is there
already, as after an apply that was killed half-way. Anything else is the customer's, and stays.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.errors import PathRejected
from warehouse.paths import MAX_FILE_BYTES, check_path
from warehouse.product.git.changes import FileChange, Version
from warehouse.product.git.modes import PLAIN_MODE, PROGRAM_MODE
from warehouse.product.intake.customer_files import SECRET_NAMES, Reason, ignored_below
from warehouse.product.taking_home.their_folder import (
    Found,
    InTheWay,
    found_at,
    leads_through_link,
)

_RUN = 0o111
_READ = 0o444


@dataclass(frozen=True, slots=True)
class Placing:
    """One file to be written, or removed where `content` is None."""

    path: str
    was: Found | None
    """What lies there now."""
    content: bytes | None
    mode: int | None
    """The permissions it gets; None for those of any new file."""
    is_program: bool = False


@dataclass
class Plan:
    """What is to be done, what is done already, and what cannot be: path → reason."""

    placings: list[Placing] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    obstacles: dict[str, str] = field(default_factory=dict)


def plan(root: Path, changes: Iterable[FileChange], contents: Mapping[str, bytes]) -> Plan:
    """What changes would do to the folder `root`; `contents` are by the ids of their versions."""
    made, ignored = Plan(), ignored_below(root)
    by_path = {change.path: change for change in changes}
    for change in by_path.values():
        try:
            _check(change, ignored)
            found = _found(root, change, by_path)
            placing = _placing(change, found, contents)
        except (InTheWay, PathRejected) as obstacle:
            made.obstacles[change.path] = str(obstacle)
        else:
            if placing is None:
                made.there.append(change.path)
            else:
                made.placings.append(placing)
    return made


def _check(change: FileChange, ignored: Reason) -> None:
    """Raises InTheWay or PathRejected for what is never written to a customer's folder."""
    if check_path(change.path) != change.path:
        raise InTheWay("its name is spelled in a way of its own")
    versions = (version for version in (change.before, change.after) if version)
    if any(version.mode not in (PLAIN_MODE, PROGRAM_MODE) for version in versions):
        raise InTheWay("the change makes or removes a link or a submodule")
    if SECRET_NAMES.match_file(change.path.lower()):
        raise InTheWay("by its name it holds secrets")
    if change.before is None and (reason := ignored(change.path, False)):
        raise InTheWay(reason)


def _found(root: Path, change: FileChange, changes: Mapping[str, FileChange]) -> Found | None:
    """What lies there, but for files and folders that the change itself lets take the place of each other.

    Raises InTheWay.
    """
    try:
        return found_at(root, change.path, MAX_FILE_BYTES)
    except InTheWay:
        if leads_through_link(root, change.path):
            raise
        above = _above(change.path)
        if change.after is None:
            others = {path for path, each in changes.items() if each.before is None}
            is_replaced = above & others or any(change.path in _above(path) for path in others)
        else:
            others = {path for path, each in changes.items() if each.after is None}
            is_replaced = above & others or _is_emptied(root / change.path, root, others)
        if is_replaced:
            return None
        raise


def _above(path: str) -> set[str]:
    """The folders that a path lies in."""
    names = path.split("/")
    return {"/".join(names[:depth]) for depth in range(1, len(names))}


def _is_emptied(folder: Path, root: Path, removed: Collection[str]) -> bool:
    """Whether all that a folder holds is removed."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    inside = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    return all(path.relative_to(root).as_posix() in removed for path in inside)


def _placing(
    change: FileChange, found: Found | None, contents: Mapping[str, bytes]
) -> Placing | None:
    """What is to be done; None where it is there already. Raises InTheWay."""
    before, after = _content(change.before, contents), _content(change.after, contents)
    is_program = change.after is not None and change.after.mode == PROGRAM_MODE
    if found is None:
        if after is None:
            return None
        if before is not None:
            raise InTheWay("it was removed since")
        return Placing(change.path, None, after, None, is_program)
    mode = _mode(found.mode, change)
    if after is not None and found.content in (after, _as_windows(after)) and mode == found.mode:
        return None
    if before is None:
        raise InTheWay("another file is there")
    if found.content == before:
        return Placing(change.path, found, after, mode)
    windows = None if after is None else _as_windows(after)
    if found.content == _as_windows(before) and (after is None) == (windows is None):
        # Their git lays lines out so, and takes them as they are in the base.
        return Placing(change.path, found, windows, mode)
    raise InTheWay("it was changed since the run began")


def _content(version: Version | None, contents: Mapping[str, bytes]) -> bytes | None:
    return None if version is None else contents[version.id]


def _mode(mode: int, change: FileChange) -> int:
    """The permissions of a file, which the change lets be run or not where it says so."""
    if change.before is None or change.after is None or change.before.mode == change.after.mode:
        return mode
    return mode | (mode & _READ) >> 2 if change.after.mode == PROGRAM_MODE else mode & ~_RUN


def _as_windows(text: bytes) -> bytes | None:
    """The text with carriage returns at its line ends; None where it has some, or is no text."""
    return None if b"\r" in text or b"\0" in text else text.replace(b"\n", b"\r\n")
