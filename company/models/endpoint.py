"""Where the calls of a model id go: a base URL, a key, and how many calls may be under way."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from company.errors import ConfigurationError
from company.models.model_id import ModelId
from company.models.origins import Origins, named_origins, origin_of
from company.models.provider import Provider
from company.models.settings import LOOPBACK, check_key, check_network, checked_address
from warehouse.strangers import listener_on


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server that answers for one model."""

    id: ModelId
    base_url: str
    key: str | None
    at_once: int | None = None
    """Calls it can serve side by side; None where it looks after that itself."""

    @property
    def model(self) -> str:
        return self.id.model

    @property
    def place(self) -> str:
        """What a rate is told for: the provider's name, or the base URL of a `url:` model."""
        return self.id.url or self.id.provider.name

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.key,) if self.key else ()


def endpoint_of(
    model_id: ModelId, env: Mapping[str, str], origins: Origins | None = None
) -> Endpoint:
    """Find a hosted model's URL and key in the environment.

    The key for addresses goes to `origins` that were given it, by default those of this person.
    Raises ConfigurationError, naming the variable to set or to change.
    """
    provider = model_id.provider
    base_url = model_id.url or base_url_of(provider, env)
    if not base_url:
        raise ConfigurationError(
            f"{provider.title} has an address of your own: "
            f"set {provider.base_url_env} to its base URL."
        )
    if model_id.url is None and (distrust := reason_not_to_believe(provider, env)):
        raise ConfigurationError(distrust)
    replaced = env.get(provider.base_url_env or "", "").strip()
    base_url = checked_address(base_url, provider.base_url_env if replaced else None)
    check_network(base_url, env)
    key = env.get(provider.key_env or "", "").strip() or None
    if model_id.url is not None:
        origins = named_origins() if origins is None else origins
        key = key if origins.get(origin_of(model_id.url)) else None
    if key is None and not key_is_optional(model_id, env):
        raise ConfigurationError(
            f"{provider.title} needs a key for `{model_id}`: set {provider.key_env}, "
            "or choose another model (`softhouse model list`)."
        )
    if key is not None and provider.key_env is not None:
        check_key(key, provider.key_env, may_be_any=key_is_optional(model_id, env))
    return Endpoint(model_id, base_url, key)


def base_url_of(provider: Provider, env: Mapping[str, str]) -> str | None:
    """Where a provider is: at the address that the user gave it, else at its usual one."""
    return env.get(provider.base_url_env or "", "").strip() or provider.base_url


def reason_not_to_believe(provider: Provider, env: Mapping[str, str]) -> str:
    """Why whoever answers at a usual address of this machine gets nothing; empty where there is no reason."""
    url = urlsplit(provider.base_url or "")
    named = env.get(provider.base_url_env or "", "").strip()
    if not provider.own_machine or named or url.hostname not in LOOPBACK or url.port is None:
        return ""
    if (stranger := listener_on(url.port)) is None:
        return ""
    return (
        f"Where {provider.title} usually is, at {url.netloc}, the user {stranger} of this machine listens,"
        " who is neither you nor root: nothing is sent there. If you trust them, name the address:"
        f" {provider.base_url_env}={provider.base_url}"
    )


def key_is_optional(model_id: ModelId, env: Mapping[str, str]) -> bool:
    """Whether calls may go out without a key: nothing asks for one, or the URL is the user's own."""
    provider = model_id.provider
    own_url = bool(provider.base_url and env.get(provider.base_url_env or "", "").strip())
    return provider.key_env is None or provider.key_optional or own_url
