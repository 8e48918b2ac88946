"""One request: as it is meant, and as its provider takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from company.models.endpoint import Endpoint

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
    run: str = ""
    """The run that asks, and the path of the step where it does: a recorded model goes by them."""
    where: str = ""


def request_body(request: ModelRequest, endpoint: Endpoint) -> dict[str, Any]:
    """The JSON to send, without what the provider is known to lack."""
    can = endpoint.id.provider.capabilities_of(endpoint.model)
    body: dict[str, Any] = {
        "model": endpoint.model,
        "messages": request.messages,
        "stream": True,
    }
    if can.usage_in_stream:
        body["stream_options"] = {"include_usage": True}
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.max_tokens is not None:
        body["max_tokens"] = request.max_tokens
    if request.seed is not None and can.seed:
        body["seed"] = request.seed
    if request.response_format is not None and can.structured != "none":
        is_schema = can.structured == "json_schema"
        body["response_format"] = request.response_format if is_schema else {"type": "json_object"}
    return body
