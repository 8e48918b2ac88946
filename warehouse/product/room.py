"""What a product has room for beside the files that are there."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from warehouse.errors import PathRejected
from warehouse.paths import OF_A_PRODUCT, Bounds, check_sizes, check_tree
from warehouse.product.git.modes import PLAIN_MODE
from warehouse.product.hidden import reason_to_hide


class Room(NamedTuple):
    """How much of a product there may be, and which names are taken by what no role has."""

    bounds: Bounds = OF_A_PRODUCT
    hidden: Collection[str] = frozenset()
    is_theirs: bool = False
    """Whether it is a customer's own repository, in which names of secrets are theirs alone."""

    def check(self, sizes: Mapping[str, int], before: Collection[str]) -> None:
        """Raise PathRejected where there cannot be these files, of which some were there `before`."""
        new = sizes.keys() - set(before)
        for path in sorted(new):
            if objection := self.objection(path):
                raise PathRejected(f"the path '{path}' {objection}")
        if new:
            check_tree(sorted(new), [*(sizes.keys() - new), *self.hidden])
        check_sizes(sizes, self.bounds)

    def objection(self, path: str) -> str:
        """What speaks against a new file, as in "the path …"; empty where nothing does."""
        if path in self.hidden:
            return "is that of something which the customer keeps for themselves; use another"
        reason = reason_to_hide(PLAIN_MODE, path, 0) if self.is_theirs else ""
        return f"cannot be used in a customer's repository: {reason}" if reason else ""


OF_A_NEW_PROGRAM = Room()
