"""Some models think aloud before they answer, in `<think>…</think>`; that is no part of the answer."""

OPENING = "<think>"
CLOSING = "</think>"


class ThoughtFilter:
    """Drops one leading `<think>…</think>` from a text that arrives in pieces.

    Text is held back only while it may still become a thought.
    """

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False
        self._answering = False

    def take(self, piece: str) -> str:
        """The part of the answer that became certain with this piece."""
        if self._answering:
            return piece
        self._held += piece
        if not self._thinking:
            start = self._held.lstrip()
            if OPENING.startswith(start[: len(OPENING)]) and len(start) < len(OPENING):
                return ""
            self._thinking = start.startswith(OPENING)
            if not self._thinking:
                return self._answer(self._held)
        _, closed, answer = self._held.partition(CLOSING)
        if closed and answer.strip():
            return self._answer(answer.lstrip())
        # A long thought is not searched again with each piece.
        self._held = CLOSING if closed else self._held[-len(CLOSING) :]
        return ""

    def finish(self) -> str:
        """What was held back and turned out to be no thought."""
        if self._answering or self._thinking:
            return ""
        return self._answer(self._held)

    def _answer(self, text: str) -> str:
        self._answering = True
        self._held = ""
        return text
