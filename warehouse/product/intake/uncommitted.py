"""What a customer has changed in their work tree since their last commit, and not committed.

git compares, with their index copied into a git directory of ours: it knows how lines were to end in
the work tree, and nothing of theirs is written to or run.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.errors import ProductError
from warehouse.plain_file import read_plain_file
from warehouse.product.git.borrowed import BorrowedGit
from warehouse.product.git.command import GitCommand
from warehouse.product.git.foreign import common_dir_of
from warehouse.product.git.modes import PLAIN_MODE, is_file
from warehouse.product.git.names import for_git, names_in
from warehouse.product.git.objects import POINTER, GitObjects
from warehouse.product.hidden import reason_to_hide
from warehouse.product.intake.customer_files import LARGEST_IGNORE_FILE, LARGEST_INDEX
from warehouse.product.intake.filters import FILTERED, filtered, know_attributes
from warehouse.product.intake.own_settings import IGNORE, own_settings

_SETTINGS = {
    "filemode": ("true", "false"),
    "symlinks": ("true", "false"),
    "ignorecase": ("true", "false"),
    "trustctime": ("true", "false"),
    "checkstat": ("default", "minimal"),
    "autocrlf": ("true", "false", "input"),
    "eol": ("lf", "crlf", "native"),
}
"""What of their configuration decides whether a file is another one."""
_GONE = "000000"


@dataclass
class Uncommitted:
    """Changes on top of the commit that is checked out."""

    changes: dict[str, bytes | None] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    """What was not taken, and why, one line each."""


def uncommitted(theirs: BorrowedGit, root: Path, git_dir: Path, *, untracked: bool) -> Uncommitted:
    """What was changed below the work tree `root` in files that git tracks, added ones included.

    With `untracked`, those are taken too that git neither tracks nor ignores. Raises ProductError
    where the index cannot be read or holds a merge that was not ended.
    """
    found = Uncommitted()
    ours = theirs.git.git_dir
    if not _copy_index(git_dir / "index", ours):
        return found
    for shared in git_dir.glob("sharedindex.*"):
        _copy_index(shared, ours)
    settings = _settings(theirs.git, common_dir_of(git_dir)) | know_attributes(ours, root)
    git = theirs.git.beside(root, settings)
    if git.run("ls-files", "--unmerged", "-z", index=True):
        raise ProductError(
            f"A merge in {root} was not ended: some files hold both versions. End it and commit, or begin"
            " at the last commit with --commit HEAD."
        )
    git.run("update-index", "-q", "--refresh", "--ignore-submodules", index=True)
    _take_in(git, root, _changed(git), found)
    strange = _untracked(git, root)
    if untracked:
        _take_in(git, root, strange, found)
    else:
        found.left += [f"{path}: not tracked by git" for path in strange]
    _read(theirs, git, found)
    return found


def _copy_index(index: Path, folder: Path) -> bool:
    """Copy an index with its time, by which git knows what may have been changed just after it was written.

    False where there is none.
    """
    with suppress(FileNotFoundError):
        time = index.lstat().st_mtime_ns  # before it is read: a later one would hide a change
        content = read_plain_file(index, LARGEST_INDEX)
        if content is not None:
            copy = folder / index.name
            copy.write_bytes(content)
            os.utime(copy, ns=(time, time))
            return True
    return False


def _settings(git: GitCommand, common: Path) -> dict[str, str]:
    copy = git.git_dir / "config.theirs"
    copy.write_bytes(read_plain_file(common / "config", LARGEST_IGNORE_FILE) or b"")
    try:
        listed = git.run("config", "--file", str(copy), "--no-includes", "--null", "--list")
    except ProductError:
        return {}
    said = dict(entry.partition("\n")[::2] for entry in listed.decode(errors="replace").split("\0"))
    names = {f"core.{name}": allowed for name, allowed in _SETTINGS.items()}
    return {name: said[name] for name, allowed in names.items() if said.get(name) in allowed}


def _changed(git: GitCommand) -> list[str]:
    """The tracked files that are not as the index has them; some of them may be gone."""
    raw = git.run(
        "diff-files", "-z", "--name-only", "--no-renames", "--ignore-submodules=all", index=True
    )
    return names_in(raw)


def _untracked(git: GitCommand, root: Path) -> list[str]:
    """What git neither tracks nor ignores, but repositories in it."""
    (git.git_dir / "info" / "exclude").write_bytes(b"\n".join(own_settings(IGNORE, root)))
    listed = names_in(git.run("ls-files", "--others", "--exclude-standard", "-z", index=True))
    return [path for path in listed if not path.endswith("/")]


def _take_in(git: GitCommand, root: Path, paths: list[str], found: Uncommitted) -> None:
    """Have the index hold these files as they lie there, where roles may have them."""
    by_filter = filtered(git, paths, root)
    taken = []
    for path in paths:
        reason = _reason(root, path) or (path in by_filter and FILTERED)
        if reason:
            found.left.append(f"{path}: {reason}")
        else:
            taken.append(path)
    git.run("update-index", "--add", "--remove", "-z", "--stdin", stdin=for_git(taken), index=True)


def _reason(root: Path, path: str) -> str:
    """Why a changed file is not taken; empty where it is, or is gone."""
    with suppress(OSError):
        about = (root / path).lstat()
        if not stat.S_ISREG(about.st_mode):
            return "no plain file any more"
        return reason_to_hide(PLAIN_MODE, path, about.st_size)
    return reason_to_hide(PLAIN_MODE, path, 0)


def _read(theirs: BorrowedGit, git: GitCommand, found: Uncommitted) -> None:
    """Read what the index holds that their head does not."""
    objects = GitObjects(git)
    changed = list(_differing(git, theirs.head))
    contents = objects.contents(sha for mode, sha, _ in changed if is_file(mode))
    for mode, sha, path in changed:
        content = contents.get(sha) if is_file(mode) else None
        is_gone = mode == _GONE
        reason = reason_to_hide(PLAIN_MODE if is_gone else mode, path, len(content or b""))
        if not reason and content is not None and content.startswith(POINTER):
            reason = "a pointer of git LFS"
        if reason:
            found.left.append(f"{path}: {reason}")
            continue
        found.changes[path] = content
        if not is_gone:
            found.modes[path] = mode


def _differing(git: GitCommand, head: str) -> Iterator[tuple[str, str, str]]:
    """Mode, id and path of each change; the mode is _GONE where a file is."""
    raw = git.run(
        "diff-index", "--cached", "-z", "--raw", "--no-renames", "--no-abbrev", head, index=True
    )
    fields = names_in(raw)
    for about, path in zip(fields[::2], fields[1::2], strict=True):
        _, mode, _, sha, _ = about.split(" ")
        yield mode, sha, path
