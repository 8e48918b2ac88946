"""A product's history on its way to another place: a git bundle, or a pack of what leads to a commit.

A bundle is git's own format, so one in a file can be cloned. It is read here all the same: git would
not say what it reads from one.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from warehouse.errors import ProductError
from warehouse.product.branches import BRANCH, check_tag, own_branch
from warehouse.product.git.command import SHALLOW, GitCommand
from warehouse.product.product import Product

TAGS = "refs/tags/"
MOST_BYTES = 256 * 1024 * 1024
"""Of a bundle that is taken in; a product itself may be a tenth of it."""

MOST_SHARED = 4 << 30
"""Bytes that a fork has of its parent's product: more than a customer's history and all work on it."""
SIGNATURE = b"# v2 git bundle\n"
_HEADER = re.compile(rb"(?:-[0-9a-f]{40}[^\n]*\n)*(?:[0-9a-f]{40} [!-~]+\n)+\n")
_NOTHING = b"PACK" + (2).to_bytes(4, "big") + (0).to_bytes(4, "big")
EMPTY_PACK = _NOTHING + hashlib.sha1(_NOTHING, usedforsecurity=False).digest()

Refs = Mapping[str, str]
"""Full name → id of the commit it leads to."""


@dataclass(frozen=True)
class Bundle:
    """Refs that are new or moved, commits that the other side must have, and a pack of the rest."""

    refs: Refs
    needs: frozenset[str]
    pack: bytes

    @classmethod
    def parse(cls, data: bytes) -> "Bundle":
        """Raises ProductError for what is no bundle of a product."""
        header = _HEADER.match(data, len(SIGNATURE)) if data.startswith(SIGNATURE) else None
        if header is None or len(data) > MOST_BYTES:
            raise ProductError("What came instead of a product is no git bundle of one")
        lines = header[0].decode().splitlines()[:-1]
        needs = frozenset(line[1:41] for line in lines if line.startswith("-"))
        named = [line.split(" ", 1) for line in lines if not line.startswith("-")]
        return cls({name: sha for sha, name in named}, needs, data[header.end() :])


def take_in(product: Product, bundle: Bundle) -> None:
    """Take commits and refs of a bundle into a product; its files are laid out by `restore`.

    The product is one that was made here. Every object is checked before anything leads to it.
    Raises ProductError where something is broken or wanting.
    """
    for name in bundle.refs:
        if name != BRANCH:
            if not name.startswith(TAGS):
                raise ProductError(f"A bundle names {name!r}, which no product has")
            check_tag(name.removeprefix(TAGS))
    product.take_in(b"" if bundle.pack == EMPTY_PACK else bundle.pack, bundle.refs)


def share_history(source: Path, path: Path, sha: str | None, tags: Refs) -> Product:
    """Make a product at `path` that stands where `source` stood at commit `sha`.

    Commits keep their ids, so the two have `sha` as their merge base. `tags` are names with the
    commits they mark. Without a commit the product is empty. Raises ProductError where the source
    lacks the commit or no place can be made.
    """
    child = Product.create(path)
    if sha is None:
        return child
    try:
        _share(Product.open(source), child, sha, own_branch(path.parent.name))
    except ProductError as error:
        if error.exit_code != ProductError.exit_code:
            raise
        raise ProductError(
            f"The commit {sha[:10]} that the past leads to is not to be had from {source} ({error}). "
            "Put a copy of the product back there, or choose a step before its first commit."
        ) from None
    for name, commit in tags.items():
        child.tag(name, commit)
    child.restore(sha)
    return child


def _share(source: Product, child: Product, sha: str, branch: str) -> None:
    """Give `child` all that leads to a commit of `source`."""
    git_dir = source.path / ".git"
    git = GitCommand(git_dir)
    git.is_cut_off = source.is_theirs
    with TemporaryFile() as pack:
        git.stream(
            "pack-objects", "--quiet", "--revs", "--delta-base-offset", "--stdout",
            stdin=f"{sha}\n".encode(), into=pack, most=MOST_SHARED,
        )  # fmt: skip
        pack.seek(0)
        if base := source.base():
            shallow = git_dir / SHALLOW
            child.go_on_from(pack, base, branch, shallow.read_text() if shallow.is_file() else "")
        else:
            take_in(child, Bundle({BRANCH: sha}, frozenset(), pack.read()))
