"""What `softhouse model list` shows: every provider, and whether it can be used from here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from company.models.default import base_url_of, own_servers
from company.models.local.server import installed
from company.models.local.weights import QWEN_CODER
from company.models.probe import served_models
from company.models.provider import providers


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


def list_models(env: Mapping[str, str] | None = None) -> list[ProviderRow]:
    """Every provider, in the order in which a default is looked for."""
    env = os.environ if env is None else env
    asked = {p.name: served_models(base_url_of(p, env) or "") for p in own_servers()}
    rows = []
    for provider in providers().values():
        served = asked.get(provider.name)
        names = tuple(served or provider.models)
        chosen = provider.default_model or (served[0] if served else None)
        reachable: bool | None = None
        note = ""
        if provider.name == "local":
            reachable = installed() and QWEN_CODER.present(env)
            note = _local_note(env)
        elif provider.name in asked:
            reachable = served is not None
        elif provider.name == "url":
            note = "url:http://host:port/v1#model"
        elif provider.name == "replay":
            note = "replay:RUN, for a run's answers"
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
            )
        )
    return rows


def _local_note(env: Mapping[str, str]) -> str:
    if not installed():
        return "pip install 'softhouse[local]'"
    return "" if QWEN_CODER.present(env) else "softhouse model pull (1.1 GB)"
