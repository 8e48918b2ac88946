"""Where the window takes a product's contents from. Every method waits for git: for threads only."""

from functools import cached_property
from pathlib import Path

from warehouse.errors import ProductError
from warehouse.paths import MAX_FILE_BYTES
from warehouse.product.git.diff import FileDiff
from warehouse.product.product import Product
from warehouse.runs.products import product_folder


class Shelf:
    """The product of a run. All methods raise ProductError, where there is none too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _product(self) -> Product:
        return Product.open(product_folder(self._folder))

    def read(self, path: str, sha: str) -> bytes:
        """A file's content as a commit has it."""
        if self.sizes(sha).get(path, 0) > MAX_FILE_BYTES:
            raise ProductError(f"{path} is too large to be shown")
        return self._product.read(path, sha)

    def sizes(self, sha: str) -> dict[str, int]:
        """Path and bytes of every file of a commit."""
        return self._product.sizes(sha)

    def diff(self, sha: str) -> list[FileDiff]:
        """What a commit changed."""
        return self._product.diff(sha)
