"""Where the blocks of a long list lie, of which only those that can be seen are laid out.

The heights of the others are guesses. When a guess turns out wrong, the row at the top of the
screen stays where it is: what changes is how far away everything else is.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable
from itertools import accumulate
from typing import Protocol

from tui.panes.conversation.block import Row, RowBlock
from tui.panes.conversation.inks import Inks

KEPT = 400
"""Blocks that stay laid out."""


class Blocks(Protocol):
    """What is shown. Items are only ever added at the end; the others may change."""

    def __len__(self) -> int: ...

    def estimate(self, index: int, width: int) -> int:
        """About how many rows an item takes."""

    def lay_out(self, index: int, width: int, inks: Inks) -> RowBlock:
        """The rows of an item, none of them wider than `width`."""

    def is_message(self, index: int) -> bool:
        """Whether the keys stop at it."""


class Layout:
    """Blocks one below the other, `width` columns wide, seen through `page` rows."""

    def __init__(self, blocks: Blocks, width: int, page: int, inks: Inks) -> None:
        self._blocks = blocks
        self._inks = inks
        self._laid: OrderedDict[int, RowBlock] = OrderedDict()
        self._measured: set[int] = set()
        """Items whose height is no guess."""
        self._heights = Heights()
        self.width = width
        self.page = page
        self.grow()

    def __len__(self) -> int:
        return len(self._heights)

    @property
    def total(self) -> int:
        """The rows of all blocks."""
        return self._heights.total

    def grow(self) -> None:
        """Take up items that were added."""
        for index in range(len(self._heights), len(self._blocks)):
            self._heights.append(self._blocks.estimate(index, self.width))

    def forget(self, indices: Iterable[int]) -> None:
        """Lay out items again when they are seen: they became others."""
        for index in indices:
            self._laid.pop(index, None)

    def at(self, line: int) -> tuple[int, int]:
        """The item at a line and the row within it; the nearest there is."""
        return self._heights.at(line)

    def top(self, index: int) -> int:
        """The line at which an item begins."""
        return self._heights.top(index)

    def block(self, index: int) -> RowBlock:
        """An item, laid out."""
        block = self._laid.get(index)
        if block is not None:
            self._laid.move_to_end(index)
            return block
        block = self._laid[index] = self._blocks.lay_out(index, self.width, self._inks)
        self._heights[index] = len(block.rows)
        self._measured.add(index)
        if len(self._laid) > KEPT:
            self._laid.popitem(last=False)
        return block

    def row(self, line: int) -> tuple[int, Row] | None:
        """The item at a line, laid out, and its row there; None below the last line.

        While the item's height was a guess, the line may have been taken for one of its rows.
        """
        while line < self.total:
            index, number = self.at(line)
            rows = self.block(index).rows
            if number < len(rows):
                return index, rows[number]
        return None

    def laid_out(self, index: int) -> RowBlock | None:
        """An item, if it is laid out."""
        return self._laid.get(index)

    def line_of_end(self) -> int:
        """Lay out the end. Returns the line at the top of its page."""
        self._reach(len(self) - 1, -1, 2 * self.page)
        return self._clamped(self.total)

    def line_of(self, index: int, row: int) -> int:
        """Lay out what is seen with a row of an item at the top. Returns the line of that row."""
        before = None if index in self._measured else self._heights[index]
        height = len(self.block(index).rows)
        if before is not None and row:
            # It came in from above, and its lower rows first.
            row += height - before
        row = max(0, min(row, height - 1))
        self._reach(index, 1, row + 2 * self.page)
        self._reach(index - 1, -1, self.page - row)
        missing = self.page - (self.total - self.top(index) - row)
        if missing > 0:
            self._reach(index - 1, -1, missing + self.page)
        return self._clamped(self.top(index) + row)

    def _reach(self, index: int, step: int, rows: int) -> None:
        """Lay out item after item until there are so many rows."""
        while rows > 0 and 0 <= index < len(self):
            rows -= len(self.block(index).rows)
            index += step

    def _clamped(self, line: int) -> int:
        return max(0, min(line, self.total - self.page))


class Heights:
    """The heights of blocks, in lines, one below the other.

    The tops are summed up again only from the first block that changed, and only when asked for.
    """

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights = list(heights)
        self._tops = [0]
        """The top of each block as far as it is known, and below the last of them."""

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, index: int) -> int:
        return self._heights[index]

    def __setitem__(self, index: int, height: int) -> None:
        if self._heights[index] != height:
            self._heights[index] = height
            del self._tops[index + 1 :]

    def append(self, height: int) -> None:
        self._heights.append(height)

    @property
    def total(self) -> int:
        """The height of them all."""
        return self._known()[-1]

    def top(self, index: int) -> int:
        """The line at which a block begins."""
        return self._known()[index]

    def at(self, line: int) -> tuple[int, int]:
        """The block at a line and the row within it; the nearest there is."""
        if not self._heights:
            return -1, 0
        tops = self._known()
        line = max(0, min(line, tops[-1] - 1))
        index = min(bisect_right(tops, line), len(self._heights)) - 1
        return index, line - tops[index]

    def _known(self) -> list[int]:
        missing = len(self._tops) - 1
        if missing < len(self._heights):
            start = self._tops.pop()
            self._tops.extend(accumulate(self._heights[missing:], initial=start))
        return self._tops
