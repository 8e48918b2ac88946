"""Reads the error a provider sends, in the many shapes it is sent in."""

import json
from collections.abc import Mapping
from typing import Any

from company.models.failure import QUOTA_CODES, Failure

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


def refusal(status: int, body: bytes, headers: Mapping[str, str]) -> Failure:
    """The failure a response with an error status tells of."""
    text = body.decode("utf-8", "replace").strip()
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = text
    words, names, param = _read(content)
    return Failure(
        "status",
        words or f"HTTP status {status}",
        status=status,
        code=_telling(names),
        param=param,
        headers=headers,
    )


def error_in_stream(content: Any) -> Failure:
    """The failure an event tells of that is an error; a stream has no status of its own."""
    words, names, param = _read(content)
    code = _telling(names)
    status = next((int(n) for n in names if n.isdecimal() and 400 <= int(n[:9]) < 600), None)
    if status is None:
        status = 429 if code in QUOTA_CODES else STATUS_OF.get(code)
    if status is None:
        return Failure("cut", words or "an error without words", code=code)
    return Failure("status", words, status=status, code=code, param=param)


def is_error(chunk: dict[str, Any]) -> bool:
    """Whether a chunk of an answer is an error, under whatever name."""
    if chunk.get("error") or chunk.get("object") == "error":
        return True
    return "choices" not in chunk and isinstance(chunk.get("message"), str)


def _read(content: Any) -> tuple[str, list[str], str]:
    """The words, the names of the error's kind, and the parameter it is about."""
    if isinstance(content, list) and content:
        content = content[0]
    if not isinstance(content, dict):
        return _text(content), [], ""
    nested = content.get("error")
    if isinstance(nested, str):
        return nested, [], ""
    error = nested if isinstance(nested, dict) else content
    words = error.get("message") or error.get("detail") or error
    names = [_text(error.get(key)) for key in ("code", "type", "status")]
    return _text(words), [name for name in names if name], _text(error.get("param"))


def _telling(names: list[str]) -> str:
    """Of several names, the one that decides what to do; else the first."""
    known = [name for name in names if name in QUOTA_CODES or name in STATUS_OF]
    return next(iter([*known, *names]), "")


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return type(value).__name__
