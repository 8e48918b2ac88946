"""What is asked of a model and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Message = Mapping[str, Any]
"""One message of the OpenAI chat-completions protocol."""


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """One call of a model."""

    model: str
    """`provider:model`."""
    messages: Sequence[Message]
    temperature: float | None = None
    max_tokens: int | None = None
    """The longest reply, in tokens."""
    seed: int | None = None
    response_format: Mapping[str, Any] | None = None
    """As in the protocol; weakened or left out for a model that does not take it."""
    run: str = ""
    """The run that asks, and the path of the step where it does: a recorded model goes by them."""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of a call, those of its broken attempts included."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    """How many of the prompt tokens the provider had in its cache."""
    reported: bool = True
    """False where the provider said nothing and the figures are an estimate."""

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cached_tokens + other.cached_tokens,
            self.reported and other.reported,
        )


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's finished answer."""

    text: str
    """Without the model's private thoughts; may be empty."""
    model: str
    """The model id that was asked."""
    finish_reason: str
    """`stop`, `length` (cut off at `max_tokens`), `repetition` (cut off by us, since it went round
    in circles), `content_filter`, or the provider's own word."""
    usage: Usage
    cost: float | None
    """US dollars; 0.0 on the user's own machine, None where the price is unknown."""
    seconds: float
    """From the first attempt to the last word, waiting included."""
