"""The JSON objects in a reply, mended where models break them."""

import json
from collections.abc import Iterator
from typing import Any

_MOST_OBJECTS = 20
_MOST_MENDED = 20_000
_DEEPEST_MENDED = 100


def json_objects(text: str) -> Iterator[dict[str, Any]]:
    """Every outermost JSON object of a text, the last first."""
    spans = _spans(text)
    for start, end in list(reversed(spans))[:_MOST_OBJECTS]:
        value = _parsed(text[start:end])
        if isinstance(value, dict):
            yield value


def _spans(text: str) -> list[tuple[int, int]]:
    """Where braces open and close again, leaving out those inside strings; the last may be open."""
    spans, depth, start, quoted, at = [], 0, 0, False, 0
    while at < len(text):
        character = text[at]
        if quoted:
            if character == "\\":
                at += 1
            elif character == '"':
                quoted = False
        elif character == '"' and depth:
            quoted = True
        elif character == "{":
            if depth == 0:
                start = at
            depth += 1
        elif character == "}" and depth:
            depth -= 1
            if depth == 0:
                spans.append((start, at + 1))
        at += 1
    if depth:
        spans.append((start, len(text)))
    return spans


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    if len(text) > _MOST_MENDED or text.count("{") + text.count("[") > _DEEPEST_MENDED:
        return None
    from json_repair import repair_json

    try:
        return repair_json(text, return_objects=True, skip_json_loads=True)
    except (ValueError, RecursionError):
        return None
