"""A model id names who serves and what: `provider:model`, `url:http://host:port/v1#model`, or
`local:PATH.gguf`."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from company.errors import ConfigurationError
from company.models.local.gguf import read_head
from company.models.local.weights import catalogue
from company.models.provider import Capabilities, Provider, providers
from company.models.recorded_run import PROVIDER, model_behind
from warehouse.nearest import nearest_words

LOCAL = "local"
"""The provider of the embedded models."""


@dataclass(frozen=True, slots=True)
class ModelId:
    """A parsed model id."""

    provider: Provider
    model: str
    url: str | None = None
    """The base URL, for `url:` ids only."""

    def __str__(self) -> str:
        if self.url is not None:
            return f"{self.provider.name}:{self.url}#{self.model}"
        return f"{self.provider.name}:{self.model}"

    @property
    def file(self) -> Path | None:
        """The file of weights that the id names itself, by its whole path."""
        return Path(self.model) if self.provider.name == LOCAL and _is_file(self.model) else None


def parse_model_id(text: str) -> ModelId:
    """Read a model id; a provider's name alone means its default model.

    Raises ConfigurationError, naming the nearest valid words.
    """
    name, colon, model = text.strip().partition(":")
    provider = providers().get(name)
    if provider is None:
        raise ConfigurationError(_unknown_provider(text, name, colon))
    if name == "url":
        return _url_id(text, provider, model)
    if not model:
        if provider.default_model is None:
            raise ConfigurationError(
                f"'{text}' names no model: {provider.title} has no default, "
                f"so write `{name}:MODEL`. See `softhouse model list`."
            )
        model = provider.default_model
    if name == LOCAL:
        return ModelId(provider, _embedded(model, provider))
    return ModelId(provider, model)


def is_embedded(text: str) -> bool:
    """Whether a model id means a model that runs in this process, however short it is written."""
    return text.strip().partition(":")[0] == LOCAL


def nearest_models(model_id: ModelId) -> list[str]:
    """Ids of the provider's known models whose names resemble this one, best first."""
    known = model_id.provider.models
    return [f"{model_id.provider.name}:{n}" for n in nearest_words(model_id.model, known, most=3)]


def context_window(model_id: str) -> int:
    """Tokens that prompt and reply may have together."""
    return window_of(_speaking(parse_model_id(model_id)))


def window_of(model_id: ModelId) -> int:
    """The same. Of the embedded models, none has a wider one than it was made for."""
    window = model_id.provider.window_of(model_id.model)
    if model_id.provider.name != LOCAL:
        return window
    try:
        file = model_id.file
        made_for = read_head(file).context if file else catalogue()[model_id.model].context
    except ConfigurationError:  # who is about to speak with it is told what is wrong
        return window
    return min(window, made_for)


def window_may_be_wider(model_id: str) -> bool:
    """Whether the model's window is that of servers of the user's own to which nobody gave another."""
    provider = _speaking(parse_model_id(model_id)).provider
    return provider.own_machine and provider.base_url is not None


def capabilities(model_id: str) -> Capabilities:
    """What the model understands beyond plain text."""
    speaking = _speaking(parse_model_id(model_id))
    return speaking.provider.capabilities_of(speaking.model)


def _speaking(model_id: ModelId) -> ModelId:
    """The model whose words these are: of a recorded run the one that spoke in it, so that prompts
    come out the same; the run's own id where that is not known."""
    if model_id.provider.name != PROVIDER:
        return model_id
    try:
        return parse_model_id(model_behind(model_id.model))
    except ConfigurationError:
        return model_id


def _is_file(model: str) -> bool:
    return model.lower().endswith(".gguf")


def _embedded(model: str, provider: Provider) -> str:
    if _is_file(model):
        try:
            return str(Path(model).expanduser().absolute())
        except RuntimeError as error:
            raise ConfigurationError(f"'{LOCAL}:{model}' names no file: {error}.") from None
    if model not in catalogue():
        near = nearest_words(model, catalogue())
        raise ConfigurationError(
            f"There is no embedded model '{model}'; use `{LOCAL}:{near[0] if near else provider.default_model}`, "
            f"or `{LOCAL}:PATH.gguf` for a file of your own; see `softhouse model list`."
        )
    return model


def _url_id(text: str, provider: Provider, rest: str) -> ModelId:
    url, _, model = rest.partition("#")
    form = "write `url:http://host:port/v1#model`"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigurationError(f"'{text}' has no valid URL ({error}): {form}.") from None
    if parts.username or parts.password:
        raise ConfigurationError(
            "A model id must not hold a name or password in its URL: "
            f"put the key into {provider.key_env} and {form}."
        )
    if parts.scheme not in ("http", "https") or not host or not model:
        raise ConfigurationError(f"'{text}' is no model id: {form}.")
    return ModelId(provider, model, url.rstrip("/"))


def _unknown_provider(text: str, name: str, colon: str) -> str:
    near = nearest_words(name, providers())
    if not colon:
        owners = [f"{p.name}:{name}" for p in providers().values() if name in p.models]
        ask = f"did you mean `{owners[0]}`? " if owners else ""
        ask = ask or (f"did you mean `{near[0]}:MODEL`? " if near else "")
        return f"'{text}' is no model id; {ask}Write `provider:model`; see `softhouse model list`."
    ask = f"did you mean `{near[0]}`?" if near else f"known are: {', '.join(providers())}."
    return f"There is no model provider '{name}'; {ask}"
