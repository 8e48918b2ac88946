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

from company.models.failure import Failure

Body = dict[str, Any]
ANY_JSON, NO_FORMAT = "JSON of any shape", "no response_format"
BOUNDS = ("max_tokens", "max_completion_tokens")
FEWEST = 1024
"""Tokens of a reply below which guessing a smaller bound is no help."""
FEWEST_NAMED = 64
MOST_TRIES = 16
"""Of one call, so that no server keeps us asking."""

_REFUSES = re.compile(
    r"unsupported|not (supported|implemented|permitted|allowed)|n.t support|must alternate|unknown",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+|(?<![\w.])\d+")


@dataclass(frozen=True, slots=True)
class Concession:
    """One thing to give up; `signs` are the words of a server that wants it."""

    name: str
    signs: re.Pattern[str]
    change: Callable[[Body], Body]
    """The body with it; an equal one where there is nothing to give up."""


class Negotiation:
    """What one call gives up until it is accepted; `accepted`, by name, is shared by all of a model."""

    def __init__(self, accepted: dict[str, Concession]) -> None:
        self._accepted = accepted
        self._trial: dict[str, Concession] = {}
        self._tried: set[str] = set()
        self.refusal: Failure | None = None
        """What the server said to the request as it is now without what is only tried."""

    def body(self, plain: Body) -> Body:
        """The request with everything given up that is known or tried."""
        for each in (self._accepted | self._trial).values():
            plain = each.change(plain)
        return plain

    def give_up_more(self, failure: Failure, plain: Body) -> bool:
        """Try the next concession; False where none is left, or none would help."""
        if self._trial and self._has_helped(failure):
            self.settle()
        elif self._trial:
            self._trial = {}
        else:
            self.refusal = None
        self.refusal = self.refusal or failure
        body = self.body(plain)
        offers = [o for o in _offers(body, failure.words) if o.change(body) != body]
        new = [o for o in offers if o.name not in self._tried]
        called = [o for o in new if o.signs.search(_told(failure))]
        if not _may_be_negotiated(failure, called) or len(self._tried) >= MOST_TRIES:
            return False
        if new:
            self._try((called or new)[0])
        elif len(offers) > 1 and "all" not in self._tried:
            self._tried.add("all")
            self._try(*offers)
        else:
            return False
        return True

    def settle(self) -> None:
        """Remember for the model what has helped."""
        self._accepted.update(self._trial)
        self._trial, self.refusal = {}, None

    def _try(self, *concessions: Concession) -> None:
        self._trial = {each.name: each for each in concessions}
        self._tried.update(self._trial)

    def _has_helped(self, failure: Failure) -> bool:
        """Whether the server now complains of something else, and not of what was changed."""
        if self.refusal is not None and _gist(failure) == _gist(self.refusal):
            return False
        return not any(each.signs.search(_told(failure)) for each in self._trial.values())


def _may_be_negotiated(failure: Failure, called: list[Concession]) -> bool:
    if failure.kind != "status" or failure.cause:
        return False
    if failure.status in (400, 422):
        return True
    return failure.status in (500, 501) and bool(called and _REFUSES.search(failure.words))


def _told(failure: Failure) -> str:
    return f"{failure.words} {failure.param}"


def _gist(failure: Failure) -> str:
    """The words without numbers and names of requests."""
    return re.sub(r"\S*\d\S*", "", _told(failure))


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


def _unstreamed(body: Body) -> Body:
    return {**_without("stream_options")(body), "stream": False}


def _alternating(body: Body) -> Body:
    """Messages of one role in a row put together."""
    merged: list[Mapping[str, Any]] = []
    for message in body["messages"]:
        if merged and merged[-1]["role"] == message["role"]:
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


def _concession(name: str, signs: str, change: Callable[[Body], Body]) -> Concession:
    return Concession(name, re.compile(signs, re.IGNORECASE), change)


_FORMAT = (
    r"response.?(format|schema)|json.?(schema|object|mode)|structured.?output"
    r"|additionalProperties|guided|grammar"
)
_BOUND = r"max\w*.?tokens|(completion|output|generated|new) tokens"
_ALTERNATION = r"alternat|consecutive|roles? must|same role"
_PARAMETERS = (
    _concession(ANY_JSON, _FORMAT, _as_json_object),
    _concession(NO_FORMAT, _FORMAT, _without("response_format")),
    _concession("no temperature", r"temperature|sampling", _without("temperature")),
    _concession("no seed", r"\bseed\b", _without("seed")),
    _concession("no stream_options", r"stream_?options|include_usage", _without("stream_options")),
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


def _offers(body: Body, words: str) -> Iterator[Concession]:
    """All there is to give up, in the order in which it is tried where words do not tell."""
    yield from _PARAMETERS
    for most in dict.fromkeys(_smaller_bounds(body, words)):
        yield _concession(f"at most {most}", _BOUND, partial(_bounded, most=most))
    yield from _SHAPES


def _smaller_bounds(body: Body, words: str) -> Iterator[int]:
    """Those that the words name, the largest first; else halves."""
    sent = next((body[name] for name in BOUNDS if name in body), 0)
    named = {int(number.replace(",", "")) for number in _NUMBER.findall(words) if len(number) < 12}
    yield from sorted((n for n in named if FEWEST_NAMED <= n < sent), reverse=True)[:2]
    while (sent := sent // 2) >= FEWEST:
        yield sent
