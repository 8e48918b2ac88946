"""The git directory of a product: made, written to and cleared as git itself would do it.

It is made without a process: a thousand companies begin at once. A kill leaves locks and drafts of files; a
power loss leaves files whose name reached the disk and whose content did not, and git takes an object whose
file is there for one that it has. None of this was ever part of a recorded commit.
"""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from warehouse.durable import sync_folder, write_whole
from warehouse.errors import ProductError
from warehouse.product.git.command import cannot_write

FOLDERS = ("objects/info", "objects/pack", "refs/heads", "refs/tags")
FILES = {
    # Branch `main`, no hooks, no template, SHA-1.
    "HEAD": "ref: refs/heads/main\n",
    "config": "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n",
}
_NOTHING = b"\0 \n"


def make_git_dir(path: Path) -> None:
    """Make the git directory of a work tree that lies around it, or what is wanting of one.

    A power loss may have taken whole folders, or what was in the files. Raises OSError.
    """
    for folder in FOLDERS:
        (path / folder).mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        file = path / name
        if not file.exists() or not file.read_bytes().strip(b"\0"):
            file.write_text(text)


def replace(path: Path, content: bytes, *, durable: bool) -> None:
    """Put a file in the place of `path`; another git that has the lock is not disturbed.

    `durable` content is on the disk before it is there. Raises ProductError.
    """
    lock = path.with_name(f"{path.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, lock, content, mode=0o666, durable=durable)
    except FileExistsError:
        raise ProductError(
            f"{lock} is there: another git works on the product. Let it end, then resume the run."
        ) from None
    except OSError as error:
        raise cannot_write(path, error) from None


def write_ref(git_dir: Path, name: str, sha: str) -> None:
    """Let a ref lead to a commit, also after a power loss; `name` is a checked one, such as
    `refs/tags/delivered`. Raises ProductError."""
    replace(git_dir / name, f"{sha}\n".encode(), durable=True)
    for folder in (git_dir / name).relative_to(git_dir).parents:
        sync_folder(git_dir / folder)


def clear_remains(git_dir: Path) -> None:
    """Remove them; only for the one writer, before it writes."""
    for path in [*_locks(git_dir), *_drafts(git_dir), *_hollow(git_dir)]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _locks(git_dir: Path) -> Iterator[Path]:
    yield from git_dir.glob("*.lock")
    yield from git_dir.glob("refs/**/*.lock")


def _drafts(git_dir: Path) -> Iterator[Path]:
    yield from git_dir.glob("fast_import_crash_*")
    yield from git_dir.glob("objects/tmp_*")
    yield from git_dir.glob("objects/??/tmp_*")
    yield from git_dir.glob("objects/pack/tmp_*")


def _hollow(git_dir: Path) -> Iterator[Path]:
    """Objects and branches that hold nothing, or NULs where something was to be; a torn index."""
    for path in filter(Path.is_file, git_dir.glob("objects/??/" + "?" * 38)):
        with path.open("rb") as file:
            if file.read(1) in (b"", b"\0"):
                yield path
    for path in git_dir.glob("refs/**/*"):
        if path.is_file() and not path.is_symlink() and not path.read_bytes().strip(_NOTHING):
            yield path
    index = git_dir / "index"
    if index.is_file() and not _is_whole(index.read_bytes()):
        yield index


def _is_whole(index: bytes) -> bool:
    """git itself does not look at the digest at the index's end, and reads what is there."""
    return hashlib.sha1(index[:-20], usedforsecurity=False).digest() == index[-20:]
