"""Keeps a talk with many calls of tools within the model's window.

When it no longer fits, what earlier calls came to is shortened, the oldest first, and then the replies
that made them; where that is not enough, the oldest exchanges are left out. The last ones stay whole. So much
is freed at once that a third of the room is free again: the beginning of the talk stays the same for many
calls, and prompt caches keep their worth. A call and its answer stay or go together.
"""

import json
from collections.abc import Sequence
from typing import Any

from company.engine.model_calls import Message
from company.models.tokens import estimate_prompt, most

WHOLE = 4
"""Messages at the end that are never shortened: two replies with calls and what these came to, or more."""
KEPT = 200
"""Characters of a message that is shortened."""
NO_PICTURES = "{titles} [… no longer shown]"
SHORTENED = "\n[… shortened, it had {length:,} characters]"
LEFT_OUT = "[What came before this is left out.]"


def within(view: list[Message], begins: int, room: int) -> None:
    """Shorten `view` in place until it has at most `room` tokens (estimated), where it can.

    The first `begins` messages are the prompt, which stays.
    """
    left = _size(view)
    if left <= room:
        return
    exchanges = range(begins, _last_exchanges(view, begins))
    told = [at for at in exchanges if view[at]["role"] != "assistant"]
    said = [at for at in exchanges if view[at]["role"] == "assistant"]
    for at in (*told, *said):
        if left <= room * 2 // 3:
            return
        shorter = _shortened(view[at])
        if shorter is not view[at]:
            left -= _size([view[at]]) - _size([shorter])
            view[at] = shorter
    _leave_out(view, begins, left - room * 2 // 3)


def _leave_out(view: list[Message], begins: int, tokens: int) -> None:
    """Drop the oldest exchanges, a reply with all that it was told, until so many tokens are free."""
    replies = [at for at in range(begins, len(view)) if view[at]["role"] == "assistant"]
    end, last = begins, _last_exchanges(view, begins)
    for following in replies[1:]:
        if tokens <= 0 or following > last:
            break
        tokens -= _size(view[end:following])
        end = following
    if end > begins:
        del view[begins:end]
        answer, mark = view[begins + 1], {"type": "text", "text": LEFT_OUT}
        told = answer["content"]
        marked = f"{LEFT_OUT}\n{told}" if isinstance(told, str) else [mark, *told]
        view[begins + 1] = {**answer, "content": marked}


def _last_exchanges(view: Sequence[Message], begins: int) -> int:
    """Where those begin that stay whole."""
    replies = [at for at in range(begins, len(view)) if view[at]["role"] == "assistant"]
    return max(begins, min([len(view) - WHOLE, *replies[-2:-1]]))


def _size(messages: Sequence[Message]) -> int:
    return most(estimate_prompt(messages))


def _shortened(message: Message) -> Message:
    content = message["content"]
    if not isinstance(content, str):
        titles = " ".join(part["text"] for part in content if "text" in part)
        return {**message, "content": NO_PICTURES.format(titles=titles)}
    text, calls = content, message.get("tool_calls", [])
    shorter: Message = {"content": _short(text)} if _is_long(text) else {}
    if any(_is_long(call["function"]["arguments"]) for call in calls):
        shorter["tool_calls"] = list(map(_short_call, calls))
    return {**message, **shorter} if shorter else message


def _short_call(call: dict[str, Any]) -> dict[str, Any]:
    """The call with what it was given shortened, which stays a JSON object."""
    given = json.loads(call["function"]["arguments"])
    short = {name: _short(text) if _is_long(text) else text for name, text in given.items()}
    arguments = json.dumps(short, ensure_ascii=False)
    return {**call, "function": {**call["function"], "arguments": arguments}}


def _is_long(text: object) -> bool:
    return isinstance(text, str) and len(text) > 2 * KEPT


def _short(text: str) -> str:
    return text[:KEPT] + SHORTENED.format(length=len(text))
