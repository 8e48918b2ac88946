"""What a commit holds: files that roles have, and what of a customer's own repository they do not."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from warehouse.product.git.loose_objects import Tree


class Hidden(NamedTuple):
    """Something of a commit that stays in it, and that no role has, sees or replaces."""

    mode: str
    id: str
    reason: str


class Snapshot(NamedTuple):
    """Everything of a commit by path, but its folders."""

    files: Tree
    hidden: Mapping[str, Hidden]


EMPTY = Snapshot({}, {})
Rule = Callable[[str, str, int], str]
"""Why what has this mode, path and size is hidden; empty where it is not."""
