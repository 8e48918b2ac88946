"""The embedded model, served by llama.cpp inside this process, on loopback, with a key of its own."""

import atexit
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from company.errors import ConfigurationError, ProviderError
from company.models.endpoint import Endpoint
from company.models.local.weights import QWEN_CODER
from company.models.model_id import ModelId
from company.models.provider import providers

AT_ONCE_ENV = "SOFTHOUSE_LOCAL_AT_ONCE"
"""How many conversations the embedded model serves side by side; 1 where unset."""
PROMPT_CACHE_MB = 1024
"""Memory for the prefixes of earlier prompts; a full context window takes about 230 MB."""
EMBEDDING_WINDOW = 4096
"""Tokens of a text that is embedded; it is read in one go, which takes memory."""
REPEAT_PENALTY, REPEAT_WINDOW = 1.05, 128
"""Without a penalty the model goes round in circles when it writes tests; its makers recommend
1.1, but code repeats itself for good reasons."""


@dataclass(slots=True)
class EmbeddedServer:
    """A running server; it stops with `stop()` or with the process."""

    base_url: str
    key: str
    """Made for this server, so that nobody else on the machine can use it."""
    at_once: int
    handle: Any

    def stop(self) -> None:
        """Stop serving and free the memory."""
        self.handle = None


def installed() -> bool:
    """Whether the `local` extra is there."""
    return find_spec("xllamacpp") is not None


def serve(
    port: int = 0,
    *,
    key: str | None = None,
    at_once: int = 1,
    weights: Path | None = None,
    embeds: bool = False,
) -> EmbeddedServer:
    """Load the weights and serve them on loopback; takes a few seconds, then goes on by itself.

    Port 0 takes a free one. Each of the `at_once` conversations has the whole context window.
    With `embeds`, texts are embedded instead: as the mean of what their tokens mean to the model.
    Raises ConfigurationError where the extra or the weights are missing, ProviderError where
    llama.cpp cannot start.
    """
    weights = weights or QWEN_CODER.path()
    if not installed():
        raise ConfigurationError(
            "The embedded model needs llama.cpp: `pip install 'softhouse[local]'`."
        )
    if not weights.is_file():
        raise ConfigurationError(
            "The embedded model is not here yet: fetch it once with `softhouse model pull` (1.1 GB)."
        )
    key = key or secrets.token_urlsafe(24)
    try:
        handle = _start(weights, port, key, at_once, embeds)
    except RuntimeError as error:
        raise ProviderError(
            f"llama.cpp could not serve {weights} on port {port} ({error}): the port may be "
            "taken, the machine may have less than 2 GB of memory free, or the file is damaged; "
            "then delete it and run `softhouse model pull`."
        ) from None
    return EmbeddedServer(f"{handle.listening_address}/v1", key, at_once, handle)


def embedded_endpoint(model_id: ModelId, env: Mapping[str, str] | None = None) -> Endpoint:
    """The endpoint of this process's own server, started on the first call."""
    at_once = (os.environ if env is None else env).get(AT_ONCE_ENV, "1")
    if not at_once.isdecimal() or not 1 <= int(at_once) <= 64:
        raise ConfigurationError(f"{AT_ONCE_ENV} must be a number from 1 to 64, not '{at_once}'.")
    server = _shared(QWEN_CODER.path(env), int(at_once))
    return Endpoint(model_id, server.base_url, server.key, server.at_once)


def embedding_endpoint(model_id: ModelId, env: Mapping[str, str] | None = None) -> Endpoint:
    """The same for embedding texts; a server beside the other, which shares the weights' memory."""
    server = _shared(QWEN_CODER.path(env), 1, embeds=True)
    return Endpoint(model_id, server.base_url, server.key, server.at_once)


@cache
def _shared(weights: Path, at_once: int, embeds: bool = False) -> EmbeddedServer:
    server = serve(at_once=at_once, weights=weights, embeds=embeds)
    atexit.register(server.stop)
    return server


def usable_cores() -> int:
    """How many cores this process may use. With a thread more they wait for each other: two on one core
    take twice as long as one."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _start(weights: Path, port: int, key: str, at_once: int, embeds: bool) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.api_keys = [key]
    params.n_parallel = at_once
    params.n_ctx = providers()["local"].context_window * at_once
    params.cache_ram_mib = PROMPT_CACHE_MB
    params.cpuparams.poll = params.cpuparams_batch.poll = 0  # no faster spinning, only hotter
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = usable_cores()
    params.sampling.penalty_repeat = REPEAT_PENALTY
    params.sampling.penalty_last_n = REPEAT_WINDOW
    params.verbosity = -1  # its log goes straight to the terminal otherwise
    params.warmup = False
    params.ui = False
    if embeds:
        params.embedding = True
        params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
        params.n_ctx = params.n_batch = params.n_ubatch = EMBEDDING_WINDOW * at_once
    return xllamacpp.Server(params)
