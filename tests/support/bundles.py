"""Writing the bundles that products are read from: what is new in one, for somebody who knows some of it."""

from collections.abc import Mapping

from warehouse.product.bundle import EMPTY_PACK, SIGNATURE, Bundle
from warehouse.product.git.command import GitCommand
from warehouse.product.git.refs import Refs
from warehouse.product.product import Product


def bundle_of(product: Product, known: Mapping[str, str]) -> Bundle | None:
    """What is new in a product for somebody who knows these refs; None for nothing."""
    git = GitCommand(product.path / ".git")
    refs = Refs(git.git_dir).all()
    new = {name: sha for name, sha in refs.items() if known.get(name) != sha}
    if not new:
        return None
    needs = frozenset(known.values())
    missing = set(new.values()) - needs
    revisions = [*sorted(missing), *(f"^{sha}" for sha in sorted(needs)), ""]
    pack = git.run(
        "pack-objects", "--quiet", "--revs", "--thin", "--delta-base-offset", "--stdout",
        stdin="\n".join(revisions).encode(),
    )  # fmt: skip
    return Bundle(new, needs, pack if missing else EMPTY_PACK)


def bytes_of(bundle: Bundle) -> bytes:
    """A bundle as git reads it."""
    needs = [f"-{sha}\n" for sha in sorted(bundle.needs)]
    refs = [f"{sha} {name}\n" for name, sha in bundle.refs.items()]
    return SIGNATURE + "".join([*needs, *refs, "\n"]).encode() + bundle.pack
