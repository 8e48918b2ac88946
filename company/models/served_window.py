"""Asks servers of the user's own how many tokens prompt and reply may have together.

They are started with a window of any size, which no list of ours can know.
"""

import json
import re
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from company.errors import ConfigurationError
from company.models.available import LONGEST_ANSWER
from company.models.endpoint import Endpoint, endpoint_of
from company.models.model_id import parse_model_id

SECONDS = 2.0
FEWEST, MOST = 512, 1 << 24
"""Tokens; other numbers are no windows."""
KEYS = ("loaded_context_length", "max_model_len", "context_length", "context_window", "n_ctx")
_NUM_CTX = re.compile(r"^num_ctx\s+(\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Question:
    """One place where servers tell it; `read` finds what is told of a model."""

    path: str
    read: Callable[[Any, str], Any]
    asks: bool = False
    """Whether the model is named in the question."""


def served_windows(models: Iterable[str], env: Mapping[str, str]) -> dict[str, int]:
    """The windows that the servers of these model ids tell, as far as they do."""
    told = {model: _served_window(model, env) for model in sorted(set(models))}
    return {model: window for model, window in told.items() if window is not None}


def _served_window(model: str, env: Mapping[str, str]) -> int | None:
    try:
        model_id = parse_model_id(model)
        provider = model_id.provider
        if model_id.url is None and not (provider.own_machine and provider.base_url):
            return None
        endpoint = endpoint_of(model_id, env)
    except ConfigurationError:
        return None
    try:
        for question in QUESTIONS:
            if question.asks and not provider.own_machine:
                continue
            window = question.read(_answer(endpoint, question), endpoint.model)
            if type(window) is int and FEWEST <= window <= MOST:
                return window
    except (TimeoutError, ConnectionRefusedError, socket.gaierror):
        return None
    return None


def _answer(endpoint: Endpoint, question: _Question) -> Any:
    """The decoded answer; None where there is none. Raises OSError where nobody is there at all."""
    import http.client

    url = urlsplit(endpoint.base_url)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=SECONDS)
    body = json.dumps({"model": endpoint.model}) if question.asks else None
    headers = {"Content-Type": "application/json"} if question.asks else {}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    root = url.path.rstrip("/").removesuffix("/v1")
    try:
        connection.request("POST" if body else "GET", root + question.path, body, headers)
        answer = connection.getresponse()
        return json.loads(answer.read(LONGEST_ANSWER)) if answer.status == 200 else None
    except (TimeoutError, ConnectionRefusedError, socket.gaierror):
        raise
    except (OSError, ValueError, http.client.HTTPException, RecursionError):
        return None
    finally:
        connection.close()


def _of_entry(listing: Any, model: str) -> Any:
    """What stands of the model in a list of models."""
    for name in ("data", "models"):
        entries = listing.get(name) if isinstance(listing, dict) else None
        for entry in entries if isinstance(entries, list) else ():
            names = (
                (entry.get("id"), entry.get("name"), entry.get("model"))
                if isinstance(entry, dict)
                else ()
            )
            if model in names or f"{model}:latest" in names:
                return _first(entry)
    return None


def _of_props(props: Any, _: str) -> Any:
    settings = props.get("default_generation_settings") if isinstance(props, dict) else None
    return _first(settings) or _first(props)


def _of_show(shown: Any, _: str) -> Any:
    """What a model file sets; what a model was trained with is not what it is loaded with."""
    parameters = shown.get("parameters") if isinstance(shown, dict) else None
    found = _NUM_CTX.search(parameters) if isinstance(parameters, str) else None
    return int(found[1]) if found and len(found[1]) < 12 else None


def _first(entry: Any) -> Any:
    return (
        next((entry[key] for key in KEYS if entry.get(key)), None)
        if isinstance(entry, dict)
        else None
    )


QUESTIONS = (
    _Question("/api/ps", _of_entry),
    _Question("/api/show", _of_show, asks=True),
    _Question("/props", _of_props),
    _Question("/api/v0/models", _of_entry),
    _Question("/v1/models", _of_entry),
)
"""Ollama's loaded models and model files, llama.cpp, LM Studio, vLLM and others."""
