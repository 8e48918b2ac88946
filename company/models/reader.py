"""Reads the pieces of a model's answer, trusting none of them."""

import reprlib
from collections.abc import Mapping
from typing import Any

from company.models.answer_places import answer_in, text_of_calls
from company.models.event_stream import DONE
from company.models.failure import Failure
from company.models.refusal import error_in_stream, is_error
from company.models.reply_calls import ReplyCalls
from company.models.streamed_text import CharacterJoiner, ThoughtFilter, whole
from warehouse.events import TokensUsed, ToolCall

MOST_TOKENS = 1 << 27
"""More than any window holds: a count above it is no count."""
LONGEST_REASON = 100
"""Characters of a finish reason."""
CUT_OFF = frozenset({"max_tokens", "max_output_tokens", "max_completion_tokens", "model_length"})
FILTERED = frozenset(
    {"content_filter", "content_filtered", "safety", "recitation", "prohibited_content"}
    | {"blocklist", "spii", "sensitive", "refusal", "guardrail_intervened"}
)
CALLING = frozenset({"tool_calls", "tool_call", "tool_use", "function_call", "function_calls"})
BROKEN = frozenset({"error", "network_error", "insufficient_system_resource", "abort"})
"""Other words for an answer that reached its bound, was barred, calls tools, or broke off."""


class ReplyReader:
    """Collects text, calls of tools, finish reason and usage from the chunks of one answer."""

    def __init__(self, offered: Mapping[str, str] | None = None) -> None:
        """`offered` tells of each function that the model may call the tool that it stands for."""
        self._offered = offered or {}
        self.finish_reason: str | None = None
        self.usage: TokensUsed | None = None
        """As reported; None where the provider has not said."""
        self._pieces: list[str] = []
        self._joiner = CharacterJoiner()
        self._thoughts = ThoughtFilter()
        self._received = 0
        self._index: Any = None
        self._reasoning: list[str] = []
        self._refusal: list[str] = []
        self._calls = ReplyCalls(self._offered)

    @property
    def text(self) -> str:
        """The answer, wherever it stood; thoughts are one where a finished answer holds nothing else."""
        answer = answer_in("".join(self._pieces))
        if not self._offered:
            answer = "\n\n".join(filter(None, (answer, text_of_calls(self.calls))))
        if answer or self.finish_reason != "stop" or self._calls_what_it_may:
            return answer
        return answer_in(whole("".join(self._reasoning)))

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The calls of tools, also where none were offered."""
        return self._calls.calls

    @property
    def is_starved(self) -> bool:
        """Whether what is no answer, thoughts mostly, has filled the whole reply."""
        is_empty = not self.text.strip() and not self._calls_what_it_may
        return self.finish_reason == "length" and is_empty

    @property
    def _calls_what_it_may(self) -> bool:
        return bool(self._offered and self.calls)

    @property
    def received_bytes(self) -> int:
        """Bytes of everything the model wrote, thoughts included."""
        return self._received

    def take(self, chunk: Any) -> str:
        """Read one chunk; returns the new text a person may see.

        Raises Failure where the chunk is an error or nothing known.
        """
        if chunk == DONE:
            self._end_without_reason()
            return ""
        if isinstance(chunk, list) and chunk:
            chunk = chunk[0]
        if not isinstance(chunk, dict):
            raise _unknown("a completion", chunk)
        if is_error(chunk):
            raise error_in_stream(chunk)
        self.usage = read_usage(chunk.get("usage")) or self.usage
        choices = chunk.get("choices")
        if choices is None or choices == []:
            return ""
        if not isinstance(choices, list) or not isinstance(choices[0], dict):
            raise _unknown("a completion", chunk)
        return self._take_choice(choices[0])

    def finish(self) -> str:
        """The text held back until it was known to be no thought.

        Raises Failure where the answer was never finished, or was barred.
        """
        if self.finish_reason is None:
            raise Failure("cut", "the answer ended without a finish reason")
        refusal = whole("".join(self._refusal))
        if refusal or self.finish_reason == "content_filter":
            raise Failure("filtered", refusal or "content_filter")
        words = self._joiner.finish()
        words = self._thoughts.take(words) if words else ""
        return self._keep(words + self._thoughts.finish())

    def cut_off(self, characters: int, reason: str) -> None:
        """End the answer here, for `reason`, without its last `characters`."""
        self.finish_reason = reason
        text = "".join(self._pieces)
        self._pieces = [text[: max(len(text) - characters, 0)]]

    def _take_choice(self, choice: dict[str, Any]) -> str:
        if self._is_another(choice):
            return ""
        message = choice.get("delta") or choice.get("message") or {}
        if not isinstance(message, dict):
            raise _unknown("a message", message)
        self.usage = read_usage(choice.get("usage")) or self.usage
        self._take_aside(message)
        words = read_content(message.get("content")) or read_content(choice.get("text"))
        words = self._joiner.take(words)
        self._received += len(words.encode())
        self._take_reason(choice.get("finish_reason"))
        if not words:
            return ""
        said = self._thoughts.take(words)
        if self._thoughts.thinking and not said:
            self._reasoning.append(words)
        return self._keep(said)

    def _take_aside(self, message: dict[str, Any]) -> None:
        """What is written elsewhere than in the content."""
        thought = message.get("reasoning_content") or message.get("reasoning")
        refusal = message.get("refusal")
        for said, kept in ((thought, self._reasoning), (refusal, self._refusal)):
            if isinstance(said, str) and said:
                self._received += len(said.encode("utf-8", "replace"))
                kept.append(said)
        self._received += len(self._calls.take(message).encode("utf-8", "replace"))

    def _take_reason(self, finish: Any) -> None:
        if not isinstance(finish, str) or finish in ("", "null"):
            return
        word = finish.lower()
        if word in BROKEN:
            raise Failure("cut", f"the provider ended the answer with an error ({word})")
        if word in FILTERED:
            finish = "content_filter"
        elif word in CUT_OFF or word == "length":
            finish = "length"
        elif word.replace("-", "_") in CALLING:
            finish = "tool_calls"
        elif word == "stop":
            finish = word
        self.finish_reason = whole(finish[:LONGEST_REASON])

    def _is_another(self, choice: dict[str, Any]) -> bool:
        """Whether this belongs to another answer than the one that began; one was asked for."""
        index = choice.get("index")
        if self._index is None:
            self._index = index
        return index is not None and index != self._index

    def _end_without_reason(self) -> None:
        """Some servers give no reason at all; what ended as it should and has words, is an answer."""
        if self.finish_reason is None and self._received:
            self.finish_reason = "stop"

    def _keep(self, words: str) -> str:
        if words:
            self._pieces.append(words)
        return words


def read_content(content: Any) -> str:
    """The words of a content: a string, nothing, or a list of parts of which only text counts."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [p for p in content if isinstance(p, dict) and p.get("type", "text") == "text"]
        return "".join(p["text"] for p in parts if isinstance(p.get("text"), str))
    raise _unknown("a content", content)


def read_usage(usage: Any) -> TokensUsed | None:
    """The reported tokens, or None where the report makes no sense."""
    if not isinstance(usage, dict):
        return None
    prompt, completion = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    if not prompt or completion is None:
        return None
    details = usage.get("prompt_tokens_details")
    cached = _count(details.get("cached_tokens")) if isinstance(details, dict) else None
    if cached is None:
        cached = _count(usage.get("prompt_cache_hit_tokens")) or 0
    return TokensUsed(prompt, completion, min(cached, prompt))


def _count(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value <= MOST_TOKENS and value == int(value) else None


def _unknown(expected: str, value: Any) -> Failure:
    return Failure("malformed", f"not {expected}: {reprlib.repr(value)}")
