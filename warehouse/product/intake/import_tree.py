"""A customer's existing program, copied in as the first commit of a product."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.errors import PathRejected, ProductError
from warehouse.paths import MAX_FILE_BYTES, OF_A_PRODUCT, Bounds, check_path, check_sizes
from warehouse.plain_file import read_below
from warehouse.product.git.commits import Commit
from warehouse.product.intake.customer_files import Reason, reason_to_leave_out
from warehouse.product.intake.filters import FILTERED, filtered_below
from warehouse.product.product import Product
from warehouse.terminal_text import safe_text


@dataclass
class Imported:
    """What came in, and what was left out and why (one line each)."""

    commit: Commit
    skipped: list[str] = field(default_factory=list)


def import_tree(product: Product, source: Path | str, *, at: str) -> Imported:
    """Commit a copy of the files below `source`, in the name of the Customer.

    What comes in is what `customer_files` leaves, without links, special files and files that a
    product may not hold. What stays out is named; a folder with too much in it is refused whole.
    """
    root = Path(source).absolute()
    if not root.is_dir():
        raise ProductError(f"{root} is no folder; give the folder that holds the program")
    files, skipped = collect(root)
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
    # Names are the customer's, and what is said of them is one line each.
    return Imported(commit, [safe_text(each, keep_newlines=False) for each in skipped])


def collect(root: Path, bounds: Bounds = OF_A_PRODUCT) -> tuple[dict[str, bytes], list[str]]:
    """The files below a folder that may come in, and what stays out and why, a line each."""
    sizes, skipped = look_below(root, reason_to_leave_out(root))
    for path in sorted(filtered_below(root, sizes)):
        del sizes[path]
        skipped.append(f"{path}: {FILTERED}")
    # Before anything is read: a few sparse files can be larger than the memory.
    check_sizes({path: size for path, size in sizes.items() if size <= MAX_FILE_BYTES}, bounds)
    files: dict[str, bytes] = {}
    for path in sizes:
        try:
            accepted = check_path(path)
            files[accepted] = read_below(root, path, MAX_FILE_BYTES)
        except PathRejected as error:
            skipped.append(f"{path}: {error}")
    return files, skipped


def look_below(root: Path, why_not: Reason) -> tuple[dict[str, int], list[str]]:
    """The files that may come in by a rule, with their bytes, and what stays out and why, a line each."""
    sizes: dict[str, int] = {}
    skipped: list[str] = []
    for folder, folders, names, handle in os.fwalk(root, follow_symlinks=False):
        here = Path(folder).relative_to(root)
        for name in sorted(folders):
            path = str(here / name)
            if stat.S_ISLNK(os.lstat(name, dir_fd=handle).st_mode):
                skipped.append(f"{path}: a link")
            elif reason := why_not(path, True):
                skipped.append(f"{path}/: {reason}")
                folders.remove(name)
        folders.sort()
        for name in sorted(names):
            path = str(here / name)
            if reason := why_not(path, False):
                skipped.append(f"{path}: {reason}")
            else:
                sizes[path] = os.lstat(name, dir_fd=handle).st_size
    return sizes, skipped
