"""A product on its way to another machine: a git bundle of what the other side does not have yet.

The format is git's own, so a bundle in a file can be cloned. It is written here all the same: git
leaves a tag out whose commit the other side has, and would not say what it reads from one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.errors import ProductError
from warehouse.git.command import GitCommand
from warehouse.git.objects import GitObjects
from warehouse.product import BRANCH, Product

TAGS = "refs/tags/"
MOST_BYTES = 256 * 1024 * 1024
"""Of a bundle that is taken in; a product itself may be a tenth of it."""

_SIGNATURE = b"# v2 git bundle\n"
_HEADER = re.compile(rb"(?:-[0-9a-f]{40}[^\n]*\n)*(?:[0-9a-f]{40} [!-~]+\n)+\n")
_NUMBER_OF_OBJECTS = slice(8, 12)

Refs = Mapping[str, str]
"""Full name → id of the commit it leads to."""


@dataclass(frozen=True)
class Bundle:
    """Refs, the commits that the other side must have already, and a pack of all that is new."""

    refs: Refs
    needs: frozenset[str]
    pack: bytes

    def as_bytes(self) -> bytes:
        """As git reads it."""
        needs = [f"-{sha}\n" for sha in sorted(self.needs)]
        refs = [f"{sha} {name}\n" for name, sha in self.refs.items()]
        return _SIGNATURE + "".join([*needs, *refs, "\n"]).encode() + self.pack

    @classmethod
    def parse(cls, data: bytes) -> "Bundle":
        """Raises ProductError for what is no bundle of a product."""
        header = _HEADER.match(data, len(_SIGNATURE)) if data.startswith(_SIGNATURE) else None
        if header is None or len(data) > MOST_BYTES:
            raise ProductError("What came instead of a product is no git bundle of one")
        lines = header[0].decode().splitlines()[:-1]
        needs = frozenset(line[1:41] for line in lines if line.startswith("-"))
        named = [line.split(" ", 1) for line in lines if not line.startswith("-")]
        refs = {name: sha for sha, name in named}
        if odd := [name for name in refs if name != BRANCH and not name.startswith(TAGS)]:
            raise ProductError(f"The bundle of a product names {odd[0]!r}, which no product has")
        return cls(refs, needs, data[header.end() :])

    @property
    def is_empty(self) -> bool:
        """Whether it only names commits that the other side has."""
        return self.pack[_NUMBER_OF_OBJECTS] == bytes(4)


def bundle_of(product: Product, known: Refs) -> Bundle | None:
    """What is new in a product for somebody who has the commits of `known`; None for nothing."""
    git = GitCommand(product.path / ".git")
    refs = GitObjects(git).refs()
    if not refs or refs == known:
        return None
    needs = frozenset(known.values())
    wanted = [*sorted(set(refs.values()) - needs), *(f"^{sha}" for sha in sorted(needs))]
    pack = git.run(
        "pack-objects", "--quiet", "--revs", "--thin", "--delta-base-offset", "--stdout",
        stdin="\n".join([*wanted, ""]).encode(),
    )  # fmt: skip
    return Bundle(refs, needs, pack)


def unbundle(product: Product, bundle: Bundle) -> None:
    """Take everything of a bundle into a product, and lay its last commit out.

    The product is one that was made here. Every object is checked before anything names it. Raises
    ProductError where something is broken or wanting, or may not be in a product.
    """
    git = GitCommand(product.path / ".git")
    objects = GitObjects(git)
    if bundle.needs - objects.present(bundle.needs):
        raise ProductError(f"A bundle goes on from commits that {product.path} does not have")
    if not bundle.is_empty:
        with git.alone() as writer:
            writer.run("index-pack", "--stdin", "--fix-thin", "--strict", stdin=bundle.pack)
    if set(bundle.refs.values()) - objects.present(bundle.refs.values()):
        raise ProductError(f"A bundle for {product.path} names commits that are not in it")
    for name, sha in bundle.refs.items():
        if name == BRANCH:
            product.restore(sha)
        else:
            product.tag(name.removeprefix(TAGS), sha)
