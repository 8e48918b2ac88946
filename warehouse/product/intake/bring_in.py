"""What a person named as an existing program, brought into a product."""

from warehouse.errors import ProductError
from warehouse.product.git.borrowed import borrowed
from warehouse.product.git.foreign import check_readable, git_dir_of, has_commits, is_bare
from warehouse.product.intake.bundle_file import unbundled
from warehouse.product.intake.clones import place_of
from warehouse.product.intake.import_tree import Imported, import_tree
from warehouse.product.intake.repository import Place, Wanted, bring_in_repository
from warehouse.product.product import Product


def bring_in(product: Product, source: str, wanted: Wanted) -> Imported:
    """Bring in the repository or bundle at `source` with its history, or the files of another folder.

    `source` is a path or an address. A folder inside of a repository comes in as its files. Raises ProductError.
    """
    root = place_of(source)
    if root.is_file():
        with unbundled(root, wanted.revision) as theirs:
            return bring_in_repository(product, theirs, wanted)
    git_dir = git_dir_of(root)
    if git_dir is None and is_bare(root):
        place = Place(root)
    elif git_dir is not None and has_commits(git_dir):
        place = Place(git_dir, root)
    else:
        if wanted.revision:
            raise ProductError(
                f"{root} is not the top of a repository: {wanted.revision!r} is no commit of it"
            )
        return import_tree(product, root, at=wanted.at)
    check_readable(root, place.git_dir)
    with borrowed(root) as theirs:
        return bring_in_repository(product, theirs, wanted, place)
