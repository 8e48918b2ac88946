"""Where a run's product lies: in its folder, or packed beside the journal of a demo."""

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from warehouse.product.branches import BRANCH
from warehouse.product.bundle import Bundle, take_in
from warehouse.product.product import Product
from warehouse.runs.folders import PRODUCT, is_demo

BUNDLE = "product.bundle"
"""A demo's product as a git bundle: a repository within ours could not be committed."""


def product_folder(folder: Path) -> Path:
    """Where to read the product of a run from. Raises ProductError where it cannot be unpacked.

    A demo's is unpacked into a temporary folder, which is kept until the process ends.
    """
    if is_demo(folder):
        return _unpacked(folder.resolve() / BUNDLE)
    return folder / PRODUCT


@cache
def _unpacked(path: Path) -> Path:
    bundle = Bundle.parse(path.read_bytes())
    place = Path(mkdtemp(prefix="softhouse-demo-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    product = Product.create(place / PRODUCT, durable=False)
    take_in(product, bundle)
    product.restore(bundle.refs[BRANCH])
    return product.path
