"""What is asked of a model."""

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
