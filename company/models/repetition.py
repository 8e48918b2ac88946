"""Noticing that a model says the same thing over and over, as small ones do, to stop paying for it."""

from collections import deque

LONGEST_PERIOD = 60
"""Lines that may make up what is repeated: the embedded model wrote two functions by turns, 31 lines."""
FEWEST_LINES = 24
FEWEST_TIMES = 5
"""How much must be the same before it counts: a table of zeros or a maze has equal lines too."""
LONG_PERIOD = 9
FEWEST_TIMES_OF_LONG = 3
"""A passage of so many lines is not said three times in a row by anybody who knows what they say."""


class RepetitionWatch:
    """Watches the lines of one answer as they arrive."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=_span(LONGEST_PERIOD))
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
        was_said = line in self._lines
        self._lines.append(line)
        if not was_said or len(self._lines) < FEWEST_LINES:
            return False
        lines = list(self._lines)
        for period in range(1, LONGEST_PERIOD + 1):
            if len(lines) < _span(period) or lines[-1] != lines[-1 - period]:
                continue
            tail = lines[-_span(period) :]
            if tail[period:] == tail[:-period] and any(map(str.strip, tail)):
                again = tail[period:]
                self.surplus = sum(map(len, again)) + len(again) + sum(map(len, self._open))
                return True
        return False


def _span(period: int) -> int:
    """The lines that must be the same as those a period before them, and those before them."""
    times = FEWEST_TIMES if period < LONG_PERIOD else FEWEST_TIMES_OF_LONG
    return max(FEWEST_LINES, period * times)
