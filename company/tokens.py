"""Estimating tokens without a tokenizer: for limits and trimming, never for reports."""

from collections.abc import Iterable
from typing import Any

BYTES_PER_TOKEN = 3
"""Code and prose run at 3 to 4.5 bytes a token in current vocabularies; low, to stay on the safe side."""
TOKENS_PER_MESSAGE = 6
TOKENS_PER_IMAGE = 1_000


def estimate_tokens(text: str) -> int:
    """An upper estimate of the tokens in `text`."""
    return -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN)


def estimate_prompt(messages: Iterable[dict[str, Any]]) -> int:
    """An upper estimate of the prompt tokens of `messages`."""
    return sum(TOKENS_PER_MESSAGE + _content(message["content"]) for message in messages)


def _content(content: str | list[dict[str, Any]]) -> int:
    if isinstance(content, str):
        return estimate_tokens(content)
    return sum(
        estimate_tokens(part["text"]) if part["type"] == "text" else TOKENS_PER_IMAGE
        for part in content
    )
