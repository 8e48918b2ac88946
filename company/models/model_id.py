"""A model id names who serves and what: `provider:model`, or `url:http://host:port/v1#model`."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from company.errors import ConfigurationError
from company.models.provider import Capabilities, Provider, providers
from company.models.recorded_run import PROVIDER, model_behind
from warehouse.nearest import nearest_words


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
    if name == "local" and model not in provider.models:
        raise ConfigurationError(
            f"There is no embedded model '{model}'; use `local:{provider.default_model}`."
        )
    return ModelId(provider, model)


def nearest_models(model_id: ModelId) -> list[str]:
    """Ids of the provider's known models whose names resemble this one, best first."""
    known = model_id.provider.models
    return [f"{model_id.provider.name}:{n}" for n in nearest_words(model_id.model, known, most=3)]


def context_window(model_id: str) -> int:
    """Tokens that prompt and reply may have together."""
    speaking = _speaking(parse_model_id(model_id))
    return speaking.provider.window_of(speaking.model)


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
