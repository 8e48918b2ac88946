"""Noticing that a model says the same thing over and over, as small ones do, to stop paying for it."""

from collections import deque

LONGEST_PERIOD = 8
"""Lines that may make up what is repeated."""
FEWEST_LINES = 24
FEWEST_TIMES = 5
"""How much must be the same before it counts: a table of zeros or a maze has equal lines too."""


class RepetitionWatch:
    """Watches the lines of one answer as they arrive."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=max(FEWEST_LINES, LONGEST_PERIOD * FEWEST_TIMES))
        self._open: list[str] = []
        self.surplus = 0
        """Characters at the end of the answer that only repeat what stands before them."""

    def take(self, words: str) -> bool:
        """Whether the answer, with these words, has come to repeat itself."""
        finished: list[str] = []
        if "\n" in words:
            *finished, words = ("".join(self._open) + words).split("\n")
            self._open.clear()
        self._open.append(words)
        return any(self._add(line) for line in finished)

    def _add(self, line: str) -> bool:
        self._lines.append(line)
        lines = list(self._lines)
        for period in range(1, LONGEST_PERIOD + 1):
            tail = lines[-_span(period) :]
            if _repeats(tail, period):
                again = tail[period:]
                self.surplus = sum(map(len, again)) + len(again) + sum(map(len, self._open))
                return True
        return False


def _span(period: int) -> int:
    return max(FEWEST_LINES, period * FEWEST_TIMES)


def _repeats(tail: list[str], period: int) -> bool:
    if len(tail) < _span(period) or tail[-1] != tail[-1 - period]:
        return False
    return any(map(str.strip, tail)) and tail[period:] == tail[:-period]
