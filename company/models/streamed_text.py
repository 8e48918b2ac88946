"""What is done to text while it arrives in pieces: characters are joined, thoughts are left out, and
going round in circles is noticed.

Servers that count in UTF-16 send halves of characters. Some models think aloud before they answer, in
`<think>…</think>`, which is no part of the answer. Small ones say the same thing over and over, which
would be paid for.
"""

from collections import deque

REPLACEMENT = "\ufffd"


def whole(text: str) -> str:
    """The text with surrogate pairs joined and single surrogates replaced."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


class CharacterJoiner:
    """Joins characters whose halves arrive in two pieces."""

    def __init__(self) -> None:
        self._half = ""

    def take(self, piece: str) -> str:
        """The piece, with the half before it, without the half at its end."""
        if self._half:
            piece, self._half = self._half + piece, ""
        if piece and "\ud800" <= piece[-1] <= "\udbff":
            piece, self._half = piece[:-1], piece[-1]
        return whole(piece)

    def finish(self) -> str:
        """What stands for a half whose other half never came."""
        half, self._half = self._half, ""
        return REPLACEMENT if half else ""


OPENING = "<think>"
CLOSING = "</think>"


class ThoughtFilter:
    """Drops one leading `<think>…</think>` from a text that arrives in pieces.

    Text is held back only while it may still become a thought.
    """

    def __init__(self) -> None:
        self._pending = ""
        self.thinking = False
        self._answering = False

    def take(self, piece: str) -> str:
        """The part of the answer that became certain with this piece."""
        if self._answering:
            return piece
        self._pending += piece
        if not self.thinking:
            start = self._pending.lstrip()
            if OPENING.startswith(start[: len(OPENING)]) and len(start) < len(OPENING):
                return ""
            self.thinking = start.startswith(OPENING)
            if not self.thinking:
                return self._answer(self._pending)
        _, closed, answer = self._pending.partition(CLOSING)
        if closed and answer.strip():
            return self._answer(answer.lstrip())
        # A long thought is not searched again with each piece.
        self._pending = CLOSING if closed else self._pending[-len(CLOSING) :]
        return ""

    def finish(self) -> str:
        """What was held back and turned out to be no thought."""
        if self._answering or self.thinking:
            return ""
        return self._answer(self._pending)

    def _answer(self, text: str) -> str:
        self._answering = True
        self._pending = ""
        return text


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
        is_repeated = line in self._lines
        self._lines.append(line)
        if not is_repeated or len(self._lines) < FEWEST_LINES:
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
