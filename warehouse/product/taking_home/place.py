"""A plan carried out: every file, or none.

New contents are first written, whole, beside the customer's files. Then each takes its place in one
step, and the file that lay there is kept until all is done: what goes wrong before is undone. Of a
process that is killed in between, some files may be in place and others not; each is whole, and the
same plan made again goes on with the rest.
"""

import fcntl
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from warehouse.errors import ProductError
from warehouse.paths import MAX_FILE_BYTES
from warehouse.plain_file import read_plain_file
from warehouse.product.taking_home.plan import Placing
from warehouse.product.taking_home.their_folder import InTheWay, folder_of, found_at

PREFIX = ".softhouse-apply-"
_DESK = re.compile(re.escape(PREFIX) + r"[a-z0-9_]{8}")
_UNSEEN = b"*\n"
"""What a folder's `.gitignore` says so that git does not show it."""


@contextmanager
def alone_in(root: Path) -> Iterator[None]:
    """Be the only one of us who changes a folder. Raises ProductError where that cannot be."""
    try:
        handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _cannot(root, error) from None
    try:
        _lock(handle, root)
        for left in root.glob(f"{PREFIX}*"):
            _clear(left)  # by a process that was killed
        yield
    finally:
        os.close(handle)


def _lock(handle: int, root: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise ProductError(f"Another softhouse apply is at work in {root}: let it end.") from None


def place(root: Path, placings: Sequence[Placing]) -> None:
    """Carry a plan out. Raises ProductError where it could not be, and everything is as it was."""
    try:
        desk = Path(mkdtemp(prefix=PREFIX, dir=root))
    except OSError as error:
        raise _cannot(root, error) from None
    try:
        (desk / ".gitignore").write_bytes(_UNSEEN)
        _place(root, placings, desk)
    except BaseException as error:
        # What was removed comes back last, to where something else may have taken its place.
        for number, placing in sorted(
            enumerate(placings), key=lambda each: each[1].content is None
        ):
            _undo(root, placing, desk, number)
        if isinstance(error, OSError):
            raise _cannot(root, error) from None
        raise
    finally:
        _clear(desk)


def _place(root: Path, placings: Sequence[Placing], desk: Path) -> None:
    numbered = list(enumerate(placings))
    for number, placing in numbered:
        _draft(desk / f"new-{number}", placing)
    # Removals come first: a folder may take the place of a file, and a file that of a folder.
    removals = [(number, placing) for number, placing in numbered if placing.content is None]
    for number, placing in removals:
        _put(root, placing, desk, number)
    for _, placing in removals:
        _clear_folders(root, placing.path)
    for number, placing in numbered:
        if placing.content is not None:
            _clear_empty(root, placing.path)
            _put(root, placing, desk, number)


def _draft(path: Path, placing: Placing) -> None:
    """Write the new content of a file, on the disk before it is needed."""
    if placing.content is None:
        return
    new = 0o777 if placing.is_program else 0o666
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, new), "wb") as file:  # noqa: PTH123 — for its mode
        if placing.mode is not None:
            os.fchmod(file.fileno(), placing.mode)
        file.write(placing.content)
        file.flush()
        os.fsync(file.fileno())


def _put(root: Path, placing: Placing, desk: Path, number: int) -> None:
    """Let a file take its place. Raises ProductError where somebody changed it meanwhile, or OSError."""
    _look_again(root, placing)
    new, old = desk / f"new-{number}", desk / f"old-{number}"
    with folder_of(root, placing.path, create=placing.content is not None) as (folder, name):
        if placing.was is not None:
            _keep(name, folder, old, is_replaced=placing.content is not None)
        if placing.content is not None:
            os.rename(new, name, dst_dir_fd=folder)


def _look_again(root: Path, placing: Placing) -> None:
    try:
        is_same = found_at(root, placing.path, MAX_FILE_BYTES) == placing.was
    except InTheWay:
        is_same = False
    if not is_same:
        raise ProductError(
            f"{placing.path} in {root} was changed by somebody just now: nothing was done. Try again."
        )


def _keep(name: str, folder: int, old: Path, *, is_replaced: bool) -> None:
    """Keep a file until all is done; one that is replaced stays in its place, where links can be made."""
    if is_replaced:
        with suppress(OSError):
            os.link(name, old, src_dir_fd=folder, follow_symlinks=False)
            return
    os.rename(name, old, src_dir_fd=folder)


def _undo(root: Path, placing: Placing, desk: Path, number: int) -> None:
    """Let a path be as it was, as far as the desk tells that it is not."""
    new, old = desk / f"new-{number}", desk / f"old-{number}"
    with suppress(OSError, InTheWay):
        if old.exists():
            with folder_of(root, placing.path, create=True) as (folder, name):
                os.rename(old, name, dst_dir_fd=folder)
        elif placing.was is None and not new.exists():
            found = found_at(root, placing.path, MAX_FILE_BYTES)
            if found is not None and found.content == placing.content:
                with folder_of(root, placing.path) as (folder, name):
                    os.unlink(name, dir_fd=folder)
            _clear_folders(root, placing.path)


def _clear_folders(root: Path, path: str) -> None:
    """Remove the folders on the way to a path that are empty, the innermost first."""
    names = path.split("/")[:-1]
    for depth in range(len(names), 0, -1):
        try:
            with folder_of(root, "/".join(names[:depth])) as (folder, name):
                os.rmdir(name, dir_fd=folder)
        except OSError:
            return


def _clear_empty(root: Path, path: str) -> None:
    """Remove a folder that holds nothing but folders, as one is where a file is to be."""
    with suppress(OSError), folder_of(root, path) as (folder, name):
        if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            return
        for _, inside, _, handle in os.fwalk(name, topdown=False, dir_fd=folder):
            for each in inside:
                with suppress(OSError):
                    os.rmdir(each, dir_fd=handle)
        os.rmdir(name, dir_fd=folder)


def _clear(desk: Path) -> None:
    """Remove a desk of ours, which is known by its name and by what git is told of it to the last."""
    if desk.is_symlink() or not _DESK.fullmatch(desk.name):
        return
    ignore = desk / ".gitignore"
    with suppress(OSError):
        names = [each.name for each in desk.iterdir()]
        if names and read_plain_file(ignore, len(_UNSEEN)) != _UNSEEN:
            return
        for name in names:
            if name != ignore.name:
                (desk / name).unlink()
        ignore.unlink(missing_ok=True)
        desk.rmdir()


def _cannot(root: Path, error: OSError) -> ProductError:
    return ProductError(
        f"{root} cannot be changed: {error.strerror or error}. Everything in it is as it was."
    ).caused_by(error)
