"""Writing a file of a git directory as git itself does: beside it, with a lock, and then in its place."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from warehouse.durable import sync_folder
from warehouse.errors import ProductError
from warehouse.product.git.command import cannot_write


@contextmanager
def replaced(path: Path, *, durable: bool) -> Iterator[BinaryIO]:
    """A new file in the place of `path` at the end; another git that has the lock is not disturbed.

    `durable` content is on the disk before it is there. Raises ProductError.
    """
    lock = path.with_name(f"{path.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("xb") as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        lock.rename(path)
    except FileExistsError:
        raise ProductError(
            f"{lock} is there: another git works on the product. Let it end, then resume the run."
        ) from None
    except OSError as error:
        with suppress(OSError):
            lock.unlink()
        raise cannot_write(path, error) from None


def write_ref(git_dir: Path, name: str, sha: str) -> None:
    """Let a ref lead to a commit, also after a power loss; `name` is a checked one, such as
    `refs/tags/delivered`. Raises ProductError."""
    with replaced(git_dir / name, durable=True) as file:
        file.write(f"{sha}\n".encode())
    for folder in (git_dir / name).relative_to(git_dir).parents:
        sync_folder(git_dir / folder)
