"""Giving a new product the history of another up to one of its commits."""

from collections.abc import Mapping
from pathlib import Path

from warehouse.errors import ProductError
from warehouse.product.git.command import GitCommand
from warehouse.product.product import Product


def share_history(source: Path, path: Path, sha: str | None, tags: Mapping[str, str]) -> Product:
    """Make a product at `path` that stands where `source` stood at commit `sha`.

    Commits keep their ids, so the two have `sha` as their merge base. `tags` are names with the
    commits they mark. Without a commit the product is empty. Raises ProductError where the source
    lacks the commit or no place can be made.
    """
    child = Product.create(path)
    if sha is None:
        return child
    try:
        history = GitCommand(Product.open(source).path / ".git").run(
            "pack-objects", "--quiet", "--revs", "--stdout", stdin=f"{sha}\n".encode()
        )
    except ProductError as error:
        raise ProductError(
            f"The commit {sha[:10]} that the past leads to is not to be had from {source} ({error}). "
            "Put a copy of the product back there, or choose a step before its first commit."
        ) from None
    GitCommand(child.path / ".git").run("index-pack", "--stdin", stdin=history)
    child.restore(sha)
    for name, commit in tags.items():
        child.tag(name, commit)
    return child
