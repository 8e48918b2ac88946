"""Keeps a talk with many calls of tools within the model's window.

When it no longer fits, what earlier calls came to is shortened, the oldest first, and then the replies
that made them; the last exchanges stay whole. So much is shortened at once that a third of the room is
free again: the beginning of the talk stays the same for many calls, and prompt caches keep their worth.
"""

from collections.abc import Sequence

from company.engine.model_calls import Message
from company.models.tokens import estimate_prompt, most

WHOLE = 4
"""Messages at the end that are never shortened: two calls and what they came to."""
KEPT = 200
"""Characters of a message that is shortened."""
SHORTENED = "\n[… shortened, it had {length:,} characters]"


def within(view: list[Message], begins: int, room: int) -> None:
    """Shorten messages of `view` in place until it has at most `room` tokens (estimated), where it can.

    The first `begins` messages are the prompt, which stays.
    """
    if _size(view) <= room:
        return
    exchanges = range(begins, max(begins, len(view) - WHOLE))
    told = [at for at in exchanges if view[at]["role"] == "user"]
    said = [at for at in exchanges if view[at]["role"] != "user"]
    left = _size(view)
    for at in (*told, *said):
        if left <= room * 2 // 3:
            return
        before = _size([view[at]])
        view[at] = _shortened(view[at])
        left -= before - _size([view[at]])


def _size(messages: Sequence[Message]) -> int:
    return most(estimate_prompt(messages))


def _shortened(message: Message) -> Message:
    text = str(message["content"])
    if len(text) <= 2 * KEPT:
        return message
    return {**message, "content": text[:KEPT] + SHORTENED.format(length=len(text))}
