"""What a commit did to each file: how many lines were added to it and removed from it."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from warehouse.events import ChangedFile
from warehouse.product.git.diff import Status
from warehouse.product.git.loose_objects import Tree, differing_paths

LOOKED_AT = 8_000
"""Bytes at the beginning of a file by which git decides whether it is text."""
MOST_LINES = 20_000
"""Of the part that differs; of a longer one, every line counts as changed."""
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


def file_changes(before: Tree, after: Tree, contents: Mapping[str, bytes]) -> list[ChangedFile]:
    """What became of every file that differs, in the order of paths; `contents` are theirs by id."""

    def content(tree: Tree, path: str) -> bytes:
        return contents[tree[path].id] if path in tree else b""

    return [
        ChangedFile(
            path,
            _status(path, before, after),
            *line_changes(content(before, path), content(after, path)),
        )
        for path in differing_paths(before, after)
    ]


def line_changes(old: bytes, new: bytes) -> tuple[int, int]:
    """Lines added and removed, as few as lead from one to the other; 0 and 0 for binary files."""
    if b"\0" in old[:LOOKED_AT] or b"\0" in new[:LOOKED_AT]:
        return 0, 0
    before, after = _LINE.findall(old), _LINE.findall(new)
    for _ in range(2):  # from the beginning, then from the end
        same = _in_common(before, after)
        before, after = before[same:][::-1], after[same:][::-1]
    small = max(len(before), len(after)) <= MOST_LINES
    unchanged = _most_in_common(before, after) if small else 0
    return len(after) - unchanged, len(before) - unchanged


def _status(path: str, before: Tree, after: Tree) -> Status:
    if path not in before:
        return "added"
    return "changed" if path in after else "deleted"


def _in_common(before: Sequence[bytes], after: Sequence[bytes]) -> int:
    """How many lines are the same at the beginning of both."""
    pairs = enumerate(zip(before, after, strict=False))
    most = min(len(before), len(after))
    return next((number for number, (old, new) in pairs if old != new), most)


def _most_in_common(before: Sequence[bytes], after: Sequence[bytes]) -> int:
    """The length of the longest common subsequence, with a bit for each line of `before`.

    After each line of `after`, the zeros in `row` count it (Hyyrö 2004): a large integer does in one
    step what a table does line by line.
    """
    places: defaultdict[bytes, int] = defaultdict(int)
    for number, line in enumerate(before):
        places[line] |= 1 << number
    every = (1 << len(before)) - 1
    row = every
    for line in after:
        if line in places:
            matching = row & places[line]
            row = (row + matching | row - matching) & every
    return len(before) - row.bit_count()
