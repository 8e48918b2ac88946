"""Giving a new product the history of another up to one of its commits."""

from collections.abc import Mapping
from pathlib import Path

from warehouse.git.command import GitCommand
from warehouse.product import Product


def share_history(source: Path, path: Path, sha: str | None, tags: Mapping[str, str]) -> Product:
    """Make a product at `path` that stands where `source` stood at commit `sha`.

    Commits keep their ids, so the two have `sha` as their merge base. `tags` are names with the
    commits they mark. Without a commit the product is empty. Raises ProductError where the source
    lacks the commit or no place can be made.
    """
    child = Product.create(path)
    if sha is None:
        return child
    origin = Product.open(source)
    history = GitCommand(origin.path / ".git").run(
        "pack-objects", "--quiet", "--revs", "--stdout", stdin=f"{sha}\n".encode()
    )
    GitCommand(child.path / ".git").run("index-pack", "--stdin", stdin=history)
    child.restore(sha)
    for name, commit in tags.items():
        child.tag(name, commit)
    return child
