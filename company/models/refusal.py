"""Reads the error a provider sends, in the many shapes it is sent in.

Routers and proxies wrap the error of another server: as JSON in a string, in a list, under any name.
So the whole of it is walked, and what stands under a telling name is kept.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from company.models.causes import STATUS, cause_of
from company.models.failure import Failure

STATUS_OF = {
    "invalid_request_error": 400,
    "context_length_exceeded": 400,
    "exceed_context_size_error": 400,
    "authentication_error": 401,
    "invalid_api_key": 401,
    "permission_error": 403,
    "not_found_error": 404,
    "model_not_found": 404,
}
"""What an error within a stream would have had as status, where it cannot pass by itself."""

WORDS = (
    "message",
    "msg",
    "detail",
    "error_message",
    "error_msg",
    "errormessage",
    "error_description",
)
NAMES = ("code", "type", "status", "error_code", "error_type", "errorcode", "reason")
PARAMS = ("param", "loc", "field")
WRAPPERS = (
    "error",
    "errors",
    "metadata",
    "raw",
    "details",
    "body",
    "headers",
    "innererror",
    "cause",
)
"""Names under which the error of somebody else, or more about this one, is found."""
WAITS = ("retrydelay", "retry_after", "retry-after", "x-ratelimit-reset")
DEEPEST = 8


def refusal(status: int, body: bytes, headers: Mapping[str, str]) -> Failure:
    """The failure a response with an error status tells of."""
    text = body.decode("utf-8", "replace").strip()
    told = _Told(_parsed(text))
    return Failure(
        "status",
        told.words or f"HTTP status {status}",
        status=status,
        code=told.code,
        param=told.param,
        headers={**told.waits, **headers},
    )


def error_in_stream(content: Any) -> Failure:
    """The failure an event tells of that is an error; a stream has no status of its own."""
    told = _Told(content)
    status = next((int(n) for n in told.names if n.isdecimal() and 400 <= int(n[:9]) < 600), None)
    if status is None:
        status = STATUS_OF.get(told.code)
        cause = cause_of(None, f"{told.words} {told.code}")
        if cause and status in (None, 400):
            status = 429 if cause == "credit" else STATUS[cause]
    if status is None:
        return Failure("cut", told.words or "an error without words", code=told.code)
    return Failure(
        "status", told.words, status=status, code=told.code, param=told.param, headers=told.waits
    )


def is_error(chunk: dict[str, Any]) -> bool:
    """Whether a chunk of an answer is an error, under whatever name."""
    if chunk.get("error") or "error" in (chunk.get("object"), chunk.get("type")):
        return True
    names = {name.lower() for name, value in chunk.items() if value}
    return "choices" not in chunk and not names.isdisjoint((*WORDS, "errors"))


class _Told:
    """What an error says, from the outside in."""

    def __init__(self, content: Any) -> None:
        self.names: list[str] = []
        self.param = ""
        self.waits: dict[str, str] = {}
        """As the headers that say the same."""
        words = dict.fromkeys(filter(None, self._walk(content, DEEPEST)))
        self.words = ": ".join(words) or (_text(content) if content else "")

    @property
    def code(self) -> str:
        """Of several names, the one that decides what to do; else the first."""
        known = [name for name in self.names if name in STATUS_OF or cause_of(None, name)]
        return next(iter([*known, *self.names]), "")

    def _walk(self, content: Any, depth: int) -> Iterator[str]:
        if not depth:
            return
        if isinstance(content, str):
            inner = _parsed(content)
            if isinstance(inner, str):
                yield content
            else:
                yield from self._walk(inner, depth - 1)
        elif isinstance(content, list):
            for each in content:
                yield from self._walk(each, depth - 1)
        elif isinstance(content, dict):
            yield from self._walk_names(content, depth)

    def _walk_names(self, content: dict[str, Any], depth: int) -> Iterator[str]:
        entries = {str(name).lower(): value for name, value in content.items() if value}
        self.names += [_text(entries[n]) for n in NAMES if isinstance(entries.get(n), str | int)]
        for name in PARAMS:
            self.param = self.param or _last_text(entries.get(name))
        for name in WAITS:
            if isinstance(entries.get(name), str | int | float):
                header = name if name.startswith("x-") else "retry-after"
                self.waits[header] = _text(entries[name])
        for name in (*WORDS, *WRAPPERS):
            value = entries.get(name)
            if value and not (name in WRAPPERS and _is_plain_detail(name, value)):
                yield from self._walk(value, depth - 1)


def _is_plain_detail(name: str, value: Any) -> bool:
    """Words that stand where an error of another server may stand, but are none of it."""
    return isinstance(value, str) and name not in ("error", "raw", "errors", "cause")


def _parsed(text: str) -> Any:
    """What a text holds that is JSON, or has been; else the text."""
    start = text.lstrip()[:1]
    if start not in ("{", "["):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _last_text(value: Any) -> str:
    if isinstance(value, list):
        value = value[-1] if value else ""
    return value if isinstance(value, str) else ""


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return type(value).__name__
