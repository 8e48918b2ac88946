"""The providers as data: where each answers, which variable holds its key, what its models can do."""

from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Structured = Literal["json_schema", "json_object", "none"]


class _Card(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Capabilities(_Card):
    """What a model understands beyond plain text."""

    structured: Structured
    """The strictest `response_format` it takes."""
    images: bool
    usage_in_stream: bool
    """Whether `stream_options: {include_usage: true}` may be sent."""
    seed: bool


class ModelCard(_Card):
    """Where a model differs from its provider's defaults."""

    context_window: int | None = Field(default=None, gt=0)
    """Tokens of prompt and reply together."""
    capabilities: dict[str, Any] = {}
    """Only the capabilities that differ."""


class Provider(_Card):
    """Someone who serves models over the OpenAI chat-completions protocol."""

    name: str
    title: str
    base_url: str | None = None
    base_url_env: str | None = None
    """The environment variable that replaces `base_url`."""
    key_env: str | None = None
    """The environment variable that holds the key; None where no key is needed."""
    key_optional: bool = False
    own_machine: bool = False
    """Served on the user's own machine: costs nothing, may be slow."""
    default_model: str | None = None
    context_window: int = Field(gt=0)
    capabilities: Capabilities
    prices: str | None = None
    """The provider's name in the price list; None where prices are unknown."""
    models: dict[str, ModelCard] = {}

    def window_of(self, model: str) -> int:
        """Tokens that prompt and reply of the model may have together."""
        card = self.models.get(model)
        return (card and card.context_window) or self.context_window

    def capabilities_of(self, model: str) -> Capabilities:
        card = self.models.get(model)
        if card is None or not card.capabilities:
            return self.capabilities
        return Capabilities(**{**self.capabilities.model_dump(), **card.capabilities})


@cache
def providers() -> dict[str, Provider]:
    """Every provider by name, in the order in which a default is looked for."""
    import yaml

    cards = yaml.safe_load((files("company.models") / "providers.yaml").read_text("utf-8"))
    return {name: Provider(name=name, **card) for name, card in cards.items()}
