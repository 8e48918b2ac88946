"""Estimating tokens without a tokenizer, for limits, trimming and where a provider reports nothing."""

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

BYTES_PER_TOKEN = 4
"""Code and prose run at 3 to 4.5 bytes of UTF-8 a token in current vocabularies."""
TOKENS_PER_IMAGE = 1_000


def estimate_tokens(text: str) -> int:
    """About how many tokens a text has."""
    # Asking costs nothing, and most texts are: a long talk is estimated again with each message.
    length = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    return ceil(length / BYTES_PER_TOKEN)


def estimate_prompt(messages: Iterable[Mapping[str, Any]]) -> int:
    """About how many tokens a list of messages has, images and calls of tools included."""
    return sum(_content(message.get("content")) + _calls(message) for message in messages)


def most(estimate: int) -> int:
    """What an estimate may come to where the vocabulary suits the text badly."""
    return ceil(estimate * 4 / 3)


def _calls(message: Mapping[str, Any]) -> int:
    functions = [call["function"] for call in message.get("tool_calls", ())]
    return sum(estimate_tokens(each["name"] + each["arguments"]) for each in functions)


def _content(content: Any) -> int:
    if isinstance(content, str):
        return estimate_tokens(content)
    return sum(
        TOKENS_PER_IMAGE if part.get("type") == "image_url" else estimate_tokens(part["text"])
        for part in content or ()
    )
