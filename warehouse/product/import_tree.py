"""A customer's existing program, copied in as the first commit of a product."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.errors import PathRejected, ProductError
from warehouse.paths import MAX_FILE_BYTES, check_path
from warehouse.product.git.commits import Commit
from warehouse.product.product import Product

REBUILT_FOLDERS = frozenset(
    {"__pycache__", "node_modules", ".venv", "venv", ".tox", ".nox", ".mypy_cache"}
    | {".pytest_cache", ".ruff_cache", ".hypothesis", ".eggs", ".idea"}
)
_READ_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass
class Imported:
    """What came in, and what was left out and why (one line each)."""

    commit: Commit
    skipped: list[str] = field(default_factory=list)


def import_tree(product: Product, source: Path | str, *, at: str) -> Imported:
    """Commit a copy of the files below `source`, in the name of the Customer.

    Links, special files, git's own folder, folders that tools rebuild, and files a product may
    not hold stay out and are named; a folder with too much in it is refused whole.
    """
    root = Path(source).absolute()
    if not root.is_dir():
        raise ProductError(f"{root} is no folder; give the folder that holds the program")
    files, skipped = _collect(root)
    if not files:
        raise ProductError(f"{root} holds no file that could be imported")
    commit = product.commit(
        dict(files),
        author="Customer",
        role="customer",
        message=f"Bring in {root.name}",
        trailers={"Softhouse-Source": root.name},
        at=at,
        parent=product.head(),
    )
    if commit is None:
        raise ProductError(f"the product already holds everything in {root}")
    return Imported(commit, skipped)


def _collect(root: Path) -> tuple[dict[str, bytes], list[str]]:
    files: dict[str, bytes] = {}
    skipped: list[str] = []
    for folder, folders, names, handle in os.fwalk(root, follow_symlinks=False):
        here = Path(folder).relative_to(root)
        for name in sorted(folders):
            if name == ".git" or name in REBUILT_FOLDERS:
                skipped.append(f"{here / name}/: rebuilt by tools, or git's own")
            elif _is_link(name, handle):
                skipped.append(f"{here / name}: a link")
        folders[:] = sorted(set(folders) - REBUILT_FOLDERS - {".git"})
        for name in sorted(names):
            path = str(here / name)
            try:
                files[check_path(path)] = _read(name, handle)
            except PathRejected as error:
                skipped.append(f"{path}: {error}")
            except OSError as error:
                skipped.append(f"{path}: {error.strerror or error}")
    return files, skipped


def _read(name: str, folder: int) -> bytes:
    if _is_link(name, folder):
        raise PathRejected("a link")
    with os.fdopen(os.open(name, _READ_FILE, dir_fd=folder), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise PathRejected("no plain file")
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise PathRejected(f"larger than {MAX_FILE_BYTES:,} bytes")
    return content


def _is_link(name: str, folder: int) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
