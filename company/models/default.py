"""Which model speaks when none is named."""

import os
from collections.abc import Mapping

from company.errors import ConfigurationError
from company.models.local.server import installed
from company.models.probe import served_models
from company.models.provider import Provider, providers


def default_model(env: Mapping[str, str] | None = None) -> str:
    """The id of the model to use: of the first provider whose key is set, else of a server that
    answers on a usual local port, else the embedded one.

    Raises ConfigurationError, saying what to do, where there is none.
    """
    env = os.environ if env is None else env
    hosted = [p for p in providers().values() if not p.own_machine and p.default_model]
    for provider in hosted:
        if is_set_up(provider, env):
            return f"{provider.name}:{_model_of(provider, env)}"
    for provider in own_servers():
        served = served_models(base_url_of(provider, env) or "")
        chat = [name for name in served or () if "embed" not in name.lower()]
        if chat:
            return f"{provider.name}:{chat[0]}"
    if installed():
        return f"local:{providers()['local'].default_model}"
    keys = ", ".join(p.key_env for p in hosted if p.key_env)
    raise ConfigurationError(
        f"There is no model to speak with. Set a key (one of {keys}), or start Ollama, LM Studio, "
        "llama.cpp or vLLM, or `pip install 'softhouse[local]'` for the embedded model, or name "
        "one with `--model`."
    )


def is_set_up(provider: Provider, env: Mapping[str, str]) -> bool:
    """Whether the user gave the provider a key, or a server of their own in its place."""
    own_url = provider.base_url and env.get(provider.base_url_env or "", "").strip()
    return bool(env.get(provider.key_env or "", "").strip() or own_url)


def own_servers() -> list[Provider]:
    """The providers that answer on a port of this machine."""
    return [p for p in providers().values() if p.own_machine and p.base_url]


def base_url_of(provider: Provider, env: Mapping[str, str]) -> str | None:
    return env.get(provider.base_url_env or "", "").strip() or provider.base_url


def _model_of(provider: Provider, env: Mapping[str, str]) -> str | None:
    """The default model, or, of a server in the provider's place, one that it really serves."""
    replaced = env.get(provider.base_url_env or "", "").strip()
    if replaced:
        key = env.get(provider.key_env or "", "").strip() or None
        served = served_models(replaced, key=key, seconds=2.0)
        if served and provider.default_model not in served:
            return served[0]
    return provider.default_model
