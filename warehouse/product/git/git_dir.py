"""The git directory of a product: made and written to as git itself would do it.

It is made without a process: a thousand companies begin at once.
"""

from pathlib import Path

from warehouse.durable import write_whole
from warehouse.errors import ProductError
from warehouse.product.git.command import cannot_write

FOLDERS = ("objects/info", "objects/pack", "refs/heads", "refs/tags")
FILES = {
    # Branch `main`, no hooks, no template, SHA-1.
    "HEAD": "ref: refs/heads/main\n",
    "config": "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n",
}


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
