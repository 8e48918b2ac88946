"""What a patch makes of the files of a commit, found by git in a git directory of ours: nothing is
checked out, and nothing of the repository is changed."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from warehouse.errors import PathRejected, ProductError
from warehouse.paths import check_path
from warehouse.product.git.command import GitCommand
from warehouse.product.git.foreign import make_git_dir
from warehouse.product.git.modes import PLAIN_MODE, PROGRAM_MODE
from warehouse.product.git.objects import GitObjects

_NOTHING = "0" * 40


def patched(git_dir: Path, sha: str, patch: str) -> dict[str, bytes | None]:
    """Path → new content, None where the file is deleted, of every file that a patch changes.

    Raises ProductError where it does not apply to the commit, and PathRejected where a file would come
    of it that no product holds.
    """
    with TemporaryDirectory(prefix="softhouse-patch-") as folder:
        ours = make_git_dir(Path(folder) / ".git", "ref: refs/heads/none")
        (ours / "objects/info/alternates").write_bytes(os.fsencode(git_dir / "objects") + b"\n")
        git = GitCommand(ours, is_ours=True)
        git.run("read-tree", sha, index=True)
        _apply(git, patch)
        listed = git.run("diff-index", "--cached", "--no-renames", "-z", sha, index=True)
        about, paths = listed.split(b"\0")[:-1:2], listed.split(b"\0")[1::2]
        changed = dict(map(_entry, about, paths))
        contents = GitObjects(git).contents(blob for blob in changed.values() if blob)
        return {path: contents[blob] if blob else None for path, blob in changed.items()}


def _apply(git: GitCommand, patch: str) -> None:
    try:
        git.run("apply", "--cached", "--whitespace=nowarn", stdin=patch.encode(), index=True)
    except ProductError as error:
        reason = str(error).partition("error: ")[2]
        raise ProductError(f"the patch does not apply: {reason or error}") from None


def _entry(about: bytes, raw_path: bytes) -> tuple[str, str]:
    """Path, and id of the content after the patch, empty where there is none."""
    _, mode, _, blob, _ = about.decode().split()
    path = raw_path.decode(errors="surrogateescape")
    if blob == _NOTHING:
        return path, ""
    if mode not in (PLAIN_MODE, PROGRAM_MODE) or check_path(path) != path:
        raise PathRejected(f"{path!r} would be no plain file of a product")
    return path, blob
