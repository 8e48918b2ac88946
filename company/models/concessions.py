"""What a request gives up where a model does not take it as it is.

Servers say in words of their own what they refuse, or do not say it. So what their words call for is
tried first, and then, in a fixed order, whatever else may help. What helped is remembered for the
model; refused calls cost nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from company.models.offered_tools import in_words

Body = dict[str, Any]
ANY_JSON, NO_FORMAT = "JSON of any shape", "no response_format"
BOUNDS = ("max_tokens", "max_completion_tokens")
ROOM_FOR_THOUGHTS = 16_384
"""Tokens; four times what is asked for where that is more."""
FEWEST = 1024
"""Tokens of a reply below which guessing a smaller bound is no help."""
FEWEST_NAMED = 64

_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+|(?<![\w.])\d+")


@dataclass(frozen=True, slots=True)
class Concession:
    """One thing to give up; `signs` are the words of a server that wants it."""

    name: str
    signs: re.Pattern[str]
    change: Callable[[Body], Body]
    """The body with it; an equal one where there is nothing to give up."""


def _without(*names: str) -> Callable[[Body], Body]:
    return lambda body: {name: value for name, value in body.items() if name not in names}


def _as_json_object(body: Body) -> Body:
    if body.get("response_format", {}).get("type") != "json_schema":
        return body
    return {**body, "response_format": {"type": "json_object"}}


def _renamed_bound(body: Body) -> Body:
    old, new = BOUNDS
    return {new if name == old else name: value for name, value in body.items()}


def _bounded(body: Body, most: int) -> Body:
    return body | {name: min(body[name], most) for name in BOUNDS if name in body}


def with_room(body: Body, most: int) -> Body:
    """The body with room for thoughts, where so much can be had."""
    return body | {
        name: max(body[name], min(max(4 * body[name], ROOM_FOR_THOUGHTS), most))
        for name in BOUNDS
        if name in body
    }


def longest_reply(body: Mapping[str, Any]) -> int:
    """The tokens that a reply may have; 0 where nothing bounds it."""
    return next((int(body[name]) for name in BOUNDS if name in body), 0)


def _unstreamed(body: Body) -> Body:
    return {**_without("stream_options")(body), "stream": False}


def _alternating(body: Body) -> Body:
    """Messages of one role in a row put together; each call of a tool keeps an answer of its own."""
    merged: list[Mapping[str, Any]] = []
    for message in body["messages"]:
        is_of_a_call = message["role"] == "tool" or "tool_calls" in message
        if merged and merged[-1]["role"] == message["role"] and not is_of_a_call:
            content = _together(merged[-1].get("content"), message.get("content"))
            message = {**merged.pop(), "content": content}
        merged.append(message)
    return {**body, "messages": merged}


def _without_system(body: Body) -> Body:
    """The words of the system as the beginning of the first message of the user."""
    said = [
        {**message, "role": "user"} if message["role"] == "system" else message
        for message in body["messages"]
    ]
    return _alternating({**body, "messages": said}) if said != body["messages"] else body


def _together(first: Any, second: Any) -> Any:
    if isinstance(first, str) and isinstance(second, str):
        return f"{first}\n\n{second}"
    return [*_parts(first), *_parts(second)]


def _parts(content: Any) -> list[Any]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content or ())


def _concession(name: str, signs: str, change: Callable[[Body], Body]) -> Concession:
    return Concession(name, re.compile(signs, re.IGNORECASE), change)


_FORMAT = (
    r"response.?(format|schema)|json.?(schema|object|mode)|structured.?output"
    r"|additionalProperties|guided|grammar"
)
_BOUND = r"max\w*.?tokens|(completion|output|generated|new) tokens"
_ALTERNATION = r"alternat|consecutive|roles? must|same role"
_TOOLS = r"\btools?\b|tool.?(choice|call|use)|function.?(call|declaration)|input_schema|--jinja|reasoning_content"
_PARAMETERS = (
    _concession(ANY_JSON, _FORMAT, _as_json_object),
    _concession(NO_FORMAT, _FORMAT, _without("response_format")),
    _concession("no temperature", r"temperature|sampling", _without("temperature")),
    _concession("no seed", r"\bseed\b", _without("seed")),
    _concession("no stream_options", r"stream_?options|include_usage", _without("stream_options")),
    _concession("tools in words", _TOOLS, in_words),
    _concession(
        "max_completion_tokens",
        r"max_completion_tokens|(unsupported|unknown|unrecogni[sz]ed|extra|unexpected).{0,40}max_tokens"
        r"|max_tokens.{0,30}\bnot\b",
        _renamed_bound,
    ),
)
_SHAPES = (
    _concession("no bound of the reply", _BOUND, _without(*BOUNDS)),
    _concession("no stream", r"\bstream(ing|ed)?\b", _unstreamed),
    _concession("alternating roles", _ALTERNATION, _alternating),
    _concession(
        "no system role",
        rf"system|developer|{_ALTERNATION}|chat template|jinja|first message",
        _without_system,
    ),
)


def available(body: Body, words: str) -> Iterator[Concession]:
    """All there is to give up, in the order in which it is tried where words do not tell."""
    yield from _PARAMETERS
    for most in dict.fromkeys(_smaller_bounds(body, words)):
        yield _concession(f"at most {most}", _BOUND, partial(_bounded, most=most))
    yield from _SHAPES


def _smaller_bounds(body: Body, words: str) -> Iterator[int]:
    """Those that the words name, the largest first; else halves."""
    sent = longest_reply(body)
    named = {int(number.replace(",", "")) for number in _NUMBER.findall(words) if len(number) < 12}
    yield from sorted((n for n in named if FEWEST_NAMED <= n < sent), reverse=True)[:2]
    while (sent := sent // 2) >= FEWEST:
        yield sent
