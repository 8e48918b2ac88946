"""Reads the pieces of a model's answer, trusting none of them."""

from typing import Any

from company.models.completion import Usage
from company.models.failure import Failure
from company.models.thoughts import ThoughtFilter


class ReplyReader:
    """Collects text, finish reason and usage from the chunks of one answer."""

    def __init__(self) -> None:
        self.finish_reason: str | None = None
        self.usage: Usage | None = None
        """As reported; None where the provider has not said."""
        self._pieces: list[str] = []
        self._thoughts = ThoughtFilter()
        self._received = 0

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    @property
    def received_bytes(self) -> int:
        """Bytes of everything the model wrote, thoughts included."""
        return self._received

    def take(self, chunk: Any) -> str:
        """Read one chunk; returns the new text a person may see.

        Raises Failure where the chunk is an error or nothing known.
        """
        if not isinstance(chunk, dict):
            raise Failure("malformed", f"not a completion: {chunk!r:.200}")
        if chunk.get("error"):
            raise _error_in_stream(chunk["error"])
        self.usage = read_usage(chunk.get("usage")) or self.usage
        choices = chunk.get("choices")
        if choices is None or choices == []:
            return ""
        if not isinstance(choices, list) or not isinstance(choices[0], dict):
            raise Failure("malformed", f"not a completion: {chunk!r:.200}")
        return self._take_choice(choices[0])

    def finish(self) -> str:
        """The text held back until it was known to be no thought.

        Raises Failure where the answer was never finished.
        """
        if self.finish_reason is None:
            raise Failure("cut", "the answer ended without a finish reason")
        return self._keep(self._thoughts.finish())

    def cut_off(self, characters: int, reason: str) -> None:
        """End the answer here, for `reason`, without its last `characters`."""
        self.finish_reason = reason
        self._pieces = [self.text[: max(len(self.text) - characters, 0)]]

    def _take_choice(self, choice: dict[str, Any]) -> str:
        said = choice.get("delta") or choice.get("message") or {}
        if not isinstance(said, dict):
            raise Failure("malformed", f"not a message: {said!r:.200}")
        thought = said.get("reasoning_content") or said.get("reasoning")
        if isinstance(thought, str):
            self._received += len(thought.encode("utf-8", "replace"))
        words = read_content(said.get("content")) or read_content(said.get("refusal"))
        self._received += len(words.encode("utf-8", "replace"))
        finish = choice.get("finish_reason")
        if finish == "error":
            raise Failure("cut", "the provider ended the answer with an error")
        if isinstance(finish, str) and finish:
            self.finish_reason = finish
        return self._keep(self._thoughts.take(words)) if words else ""

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
    raise Failure("malformed", f"not a content: {content!r:.200}")


def read_usage(usage: Any) -> Usage | None:
    """The reported tokens, or None where the report makes no sense."""
    if not isinstance(usage, dict):
        return None
    prompt, completion = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    if prompt is None or completion is None:
        return None
    details = usage.get("prompt_tokens_details")
    cached = _count(details.get("cached_tokens")) if isinstance(details, dict) else None
    if cached is None:
        cached = _count(usage.get("prompt_cache_hit_tokens")) or 0
    return Usage(prompt, completion, min(cached, prompt))


def _count(value: Any) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if is_count else None


def _error_in_stream(error: Any) -> Failure:
    if not isinstance(error, dict):
        return Failure("cut", str(error))
    code = error.get("code")
    words = str(error.get("message") or error)
    if isinstance(code, int) and 400 <= code < 600:
        return Failure("status", words, status=code, code=str(error.get("type") or ""))
    return Failure("cut", words, code=str(code or error.get("type") or ""))
