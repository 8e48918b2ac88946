"""One request: as it is meant, and as one model accepts it, without what that was seen to refuse."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from company.models.endpoint import Endpoint
from company.models.failure import Failure

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


OPTIONAL = (
    "response_format",
    "max_tokens",
    "max_completion_tokens",
    "seed",
    "temperature",
    "stream_options",
)
"""Parameters a call can do without, in the order in which a vague refusal is blamed on them."""

_REFUSES = re.compile(
    r"unsupported|not support|does ?n.t support|unknown|unrecogni[sz]ed|unexpected|extra inputs"
    r"|not (permitted|allowed|available)|unavailable|no such|invalid.{0,40}(response_format|param)",
    re.IGNORECASE,
)


def request_body(
    request: ModelRequest, endpoint: Endpoint, refused: Collection[str]
) -> dict[str, Any]:
    """The JSON to send, without what the provider lacks and what the model refused before."""
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
        name = "max_completion_tokens" if "max_tokens" in refused else "max_tokens"
        body[name] = request.max_tokens
    if request.seed is not None and can.seed:
        body["seed"] = request.seed
    if request.response_format is not None:
        response_format = request.response_format
        if can.structured == "json_schema":
            body["response_format"] = response_format
        elif can.structured == "json_object":
            body["response_format"] = {"type": "json_object"}
    return {name: value for name, value in body.items() if name not in refused}


def refused_parameter(failure: Failure, body: dict[str, Any]) -> str | None:
    """The parameter of the body without which the provider would take the call."""
    if failure.status not in (400, 422):
        return None
    sent = [name for name in OPTIONAL if name in body]
    if failure.code in ("unsupported_parameter", "unsupported_value") and failure.param in sent:
        return failure.param
    if "response_format" in sent and re.search(
        r"response.?format|json.?schema", f"{failure.words} {failure.param}", re.IGNORECASE
    ):
        return "response_format"
    if not _REFUSES.search(failure.words):
        return None
    named = [n for n in sent if re.search(rf"\b{n}\b", f"{failure.words} {failure.param}")]
    return named[0] if named else None
