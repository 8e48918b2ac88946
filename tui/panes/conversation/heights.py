"""How tall the blocks of a long list are, and which of them lies at a line."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate


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
