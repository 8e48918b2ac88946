"""The providers as data: where each answers, which variable holds its key, what its models can do."""

from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from warehouse.user_folders import config_folder

FILE_NAME = "providers.yaml"
USUAL_COMPANY = "default"
"""Who works with models of which nothing else was found to suit them."""
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
    tools: bool = False
    """Whether it takes `tools`, and calls them in its own protocol."""


class ModelCard(_Card):
    """Where a model differs from its provider's defaults."""

    context_window: int | None = Field(default=None, gt=0)
    """Tokens of prompt and reply together."""
    capabilities: dict[str, Any] = {}
    """Only the capabilities that differ."""


class Provider(_Card):
    """Someone who serves models over the OpenAI chat-completions protocol."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    base_url: str | None = None
    base_url_env: str | None = None
    """The environment variable that replaces `base_url`."""
    key_env: str | None = None
    """The environment variable that holds the key; None where no key is needed."""
    key_optional: bool = False
    own_machine: bool = False
    """Served on the user's own machine: costs nothing, may be slow."""
    start: str = ""
    """The command that starts it there."""
    default_model: str | None = None
    company: str = USUAL_COMPANY
    """The company that works with its models where no other is asked for."""
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
    """Every provider by name, in the order in which a default is looked for: ours, with what the
    user's own file says otherwise, then the user's own.

    Raises ConfigurationError, naming the line, where the user's file cannot be used.
    """
    import yaml

    cards = yaml.safe_load((files("company.models") / FILE_NAME).read_text("utf-8"))
    ours = {name: Provider(name=name, **card) for name, card in cards.items()}
    return ours | _own_providers(cards)


def _own_providers(ours: dict[str, Any]) -> dict[str, Provider]:
    """Those of the user's file. Only a file of the user's own says where keys are sent: none that
    lies beside a task does."""
    path = config_folder() / FILE_NAME
    if not path.exists():
        return {}
    from company.cards.problems import CardError, shown
    from company.cards.validation import validate
    from company.cards.yaml_file import YamlDocument, read_yaml

    document = read_yaml(path.resolve(), str(path))
    own: dict[str, Provider] = {}
    for name, card in document.data.items():
        if not isinstance(card, dict):
            what = f"'{name}' must be a mapping of keys to values, not {shown(card)}"
            raise CardError([document.problem((name,), what)])
        lines = {where[1:]: line for where, line in document.lines.items() if where[0] == name}
        merged = {**_over(ours.get(name, {}), card), "name": name}
        own[name] = validate(Provider, YamlDocument(document.file, merged, lines))
    return own


def _over(card: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """A provider's card with what the user's says of it; of mappings, what each key holds."""
    return card | {
        key: {**card.get(key, {}), **value} if isinstance(value, dict) else value
        for key, value in own.items()
    }
