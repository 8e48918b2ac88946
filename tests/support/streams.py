"""Bodies of answers, made by hand."""

import json
from collections.abc import Mapping
from typing import Any

from tests.support.scripted_provider import Reply

EVENT_STREAM = {"Content-Type": "text/event-stream"}
JSON_DOCUMENT = {"Content-Type": "application/json"}
DONE = b"data: [DONE]\n\n"


def raw(body: bytes, headers: Mapping[str, str] = EVENT_STREAM) -> Reply:
    return Reply(fault="raw", body=body, headers=headers)


def event(said: Any) -> bytes:
    return b"data: " + json.dumps(said).encode() + b"\n\n"


def chunk(content: Any = None, finish: Any = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    return event({"choices": [choice], **more})


def usage(**counts: Any) -> bytes:
    return event({"choices": [], "usage": counts})


WHOLE = chunk("the ") + chunk("answer", "stop") + DONE
DOCUMENT = {"choices": [{"message": {"content": "the answer"}, "finish_reason": "stop"}]}
