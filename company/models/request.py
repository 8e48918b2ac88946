"""One request: as it is meant, and as its provider takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from company.models.endpoint import Endpoint
from company.models.offered_tools import OfferedTool, in_words
from company.models.tokens import estimate_prompt

Message = Mapping[str, Any]
"""One message of the OpenAI chat-completions protocol."""


@dataclass(frozen=True, slots=True)
class ModelRequest:
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
    tools: Sequence[OfferedTool] = ()
    """Those that the model may call in its own protocol; in words where it does not take them."""
    run: str = ""
    """The run that asks, and the path of the step where it does: a recorded model goes by them."""
    where: str = ""

    @property
    def prompt_tokens(self) -> int:
        """About how many tokens it has, the tools included."""
        return estimate_prompt(self.messages) + sum(tool.tokens for tool in self.tools)


def request_body(request: ModelRequest, endpoint: Endpoint) -> dict[str, Any]:
    """What is to be sent, without what the provider is known to lack; `tools` as they are here."""
    can = endpoint.id.provider.capabilities_of(endpoint.model)
    body: dict[str, Any] = {
        "model": endpoint.model,
        "messages": request.messages,
        "stream": True,
    }
    if can.usage_in_stream:
        body["stream_options"] = {"include_usage": True}
    if request.tools:
        body["tools"] = request.tools
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.max_tokens is not None:
        body["max_tokens"] = request.max_tokens
    if request.seed is not None and can.seed:
        body["seed"] = request.seed
    if request.response_format is not None and can.structured != "none":
        is_schema = can.structured == "json_schema"
        body["response_format"] = request.response_format if is_schema else {"type": "json_object"}
    return body if can.tools else in_words(body)
