"""Which models can be used from here: the one that speaks when none is named, and the list of all.

Servers are asked without the weight of the model client.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from company.errors import ConfigurationError
from company.models.endpoint import base_url_of, reason_not_to_believe
from company.models.local.fitting import Fit, embedded_default, fits
from company.models.local.servable import NotFetched, installed, servable_file
from company.models.model_id import parse_model_id
from company.models.provider import Provider, providers

LONGEST_ANSWER = 1 << 20
NAMED_BY = {
    "url": "url:http://host:port/v1#model",
    "script": "script:FILE, for a file of replies",
    "replay": "replay:RUN, for a run's answers",
}
"""How a model is named whose provider has no list of them."""


def served_models(
    base_url: str, *, key: str | None = None, seconds: float = 0.5
) -> list[str] | None:
    """The names of the models served there, or None where no such server answers in time."""
    import http.client

    url = urlsplit(base_url)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    if not url.hostname:
        return None
    connection = kind(url.hostname, url.port, timeout=seconds)
    try:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        connection.request("GET", f"{url.path.rstrip('/')}/models", headers=headers)
        answer = connection.getresponse()
        if answer.status != 200:
            return None
        return _names(json.loads(answer.read(LONGEST_ANSWER)))
    except (OSError, ValueError, http.client.HTTPException, RecursionError):
        return None
    finally:
        connection.close()


def _names(listing: Any) -> list[str] | None:
    models = listing.get("data") if isinstance(listing, dict) else None
    if not isinstance(models, list):
        return None
    return [m["id"] for m in models if isinstance(m, dict) and isinstance(m.get("id"), str)]


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
        served = _served_by(provider, env)
        chat = [name for name in served or () if "embed" not in name.lower()]
        if chat:
            return f"{provider.name}:{chat[0]}"
    if installed():
        return f"local:{embedded_default(env)}"
    keys = ", ".join(p.key_env for p in hosted if p.key_env)
    raise ConfigurationError(
        "".join(f"{each}. " for each in not_believed(env))
        + f"There is no model to speak with. Set a key (one of {keys}), or start Ollama, LM Studio, "
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


def not_believed(env: Mapping[str, str] | None = None) -> list[str]:
    """What answers on usual ports of this machine and is another user's: a sentence each."""
    env = os.environ if env is None else env
    reasons = (reason_not_to_believe(provider, env) for provider in own_servers())
    return [reason for reason in reasons if reason]


def _served_by(provider: Provider, env: Mapping[str, str]) -> list[str] | None:
    """What a server of this machine serves; None where it is another user's, or does not answer."""
    if reason_not_to_believe(provider, env):
        return None
    return served_models(base_url_of(provider, env) or "")


def _model_of(provider: Provider, env: Mapping[str, str]) -> str | None:
    """The default model, or, of a server in the provider's place, one that it really serves."""
    replaced = env.get(provider.base_url_env or "", "").strip()
    if replaced:
        key = env.get(provider.key_env or "", "").strip() or None
        served = served_models(replaced, key=key, seconds=2.0)
        if served and provider.default_model not in served:
            return served[0]
    return provider.default_model


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """One provider as the user's machine sees it."""

    provider: str
    title: str
    key_env: str | None
    """The variable that holds the key; None where no key is needed."""
    key_set: bool
    default_model: str | None
    """A model id."""
    models: tuple[str, ...]
    """Known or served model names."""
    reachable: bool | None
    """None for hosted providers, which are not asked."""
    note: str = ""
    fits: tuple[Fit, ...] = ()
    """Of the embedded models, how each would do on this machine."""


def list_models(env: Mapping[str, str] | None = None) -> list[ProviderRow]:
    """Every provider, in the order in which a default is looked for."""
    env = os.environ if env is None else env
    answers = {provider.name: _served_by(provider, env) for provider in own_servers()}
    rows = []
    for provider in providers().values():
        served = answers.get(provider.name)
        names = tuple(served or provider.models)
        chosen = provider.default_model or (served[0] if served else None)
        reachable: bool | None = None
        note = ""
        embedded: tuple[Fit, ...] = ()
        if provider.name == "local":
            embedded = tuple(fits(env=env))
            chosen = embedded_default(env)
            note = _local_note(chosen, env)
            reachable = not note
        elif provider.name in answers:
            reachable = served is not None
            note = reason_not_to_believe(provider, env)
        elif provider.name in NAMED_BY:
            note = NAMED_BY[provider.name]
        rows.append(
            ProviderRow(
                provider=provider.name,
                title=provider.title,
                key_env=provider.key_env,
                key_set=bool(env.get(provider.key_env or "", "").strip()),
                default_model=f"{provider.name}:{chosen}" if chosen else None,
                models=names,
                reachable=reachable,
                note=note,
                fits=embedded,
            )
        )
    return rows


def _local_note(chosen: str, env: Mapping[str, str]) -> str:
    """What is to be done before the embedded model can speak; empty where nothing is."""
    if not installed():
        return "pip install 'softhouse[local]'"
    try:
        servable_file(parse_model_id(f"local:{chosen}"), env)
    except NotFetched as error:
        return f"softhouse model pull {error.weights.name} ({error.weights.gigabytes})"
    except ConfigurationError as error:
        return str(error)
    return ""
