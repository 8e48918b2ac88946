"""The embedded model, served by llama.cpp inside this process, on loopback, with a key of its own."""

import atexit
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from company.errors import ConfigurationError, ProviderError
from company.models.endpoint import Endpoint
from company.models.local.servable import servable_file
from company.models.model_id import ModelId, window_of
from warehouse.machine import this_machine

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


def serve(
    weights: Path,
    port: int = 0,
    *,
    window: int,
    key: str | None = None,
    at_once: int = 1,
    embeds: bool = False,
) -> EmbeddedServer:
    """Load the weights and serve them on loopback; takes a few seconds, then goes on by itself.

    Port 0 takes a free one. Each of the `at_once` conversations has the whole window of so many tokens.
    With `embeds`, texts are embedded instead: as the mean of what their tokens mean to the model.
    Raises ProviderError where llama.cpp cannot start.
    """
    key = key or secrets.token_urlsafe(24)
    try:
        handle = _start(weights, port, key, window * at_once, at_once, embeds)
    except RuntimeError as error:
        raise ProviderError(
            f"llama.cpp could not serve {weights} on port {port} ({error}): the port may be "
            "taken, too little memory may be free (`softhouse model list` tells what a model takes), the "
            "file may be of a kind that this llama.cpp does not know, or it is damaged; then delete it and "
            "run `softhouse model pull`, or fetch it again from where it came."
        ) from None
    return EmbeddedServer(f"{handle.listening_address}/v1", key, at_once, handle)


def embedded_endpoint(model_id: ModelId, env: Mapping[str, str] | None = None) -> Endpoint:
    """The endpoint of this process's own server, started on the first call."""
    at_once = (os.environ if env is None else env).get(AT_ONCE_ENV, "1")
    if not at_once.isdecimal() or not 1 <= int(at_once) <= 64:
        raise ConfigurationError(f"{AT_ONCE_ENV} must be a number from 1 to 64, not '{at_once}'.")
    weights = servable_file(model_id, env)
    server = _shared(weights, window_of(model_id), int(at_once))
    return Endpoint(model_id, server.base_url, server.key, server.at_once)


def embedding_endpoint(model_id: ModelId, env: Mapping[str, str] | None = None) -> Endpoint:
    """The same for embedding texts; a server beside the other, which shares the weights' memory."""
    weights = servable_file(model_id, env, talks=False)
    server = _shared(weights, min(EMBEDDING_WINDOW, window_of(model_id)), 1, embeds=True)
    return Endpoint(model_id, server.base_url, server.key, server.at_once)


@cache
def _shared(weights: Path, window: int, at_once: int, embeds: bool = False) -> EmbeddedServer:
    server = serve(weights, window=window, at_once=at_once, embeds=embeds)
    atexit.register(server.stop)
    return server


def _start(weights: Path, port: int, key: str, tokens: int, at_once: int, embeds: bool) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.api_keys = [key]
    params.n_parallel = at_once
    params.n_ctx = tokens
    params.cache_ram_mib = PROMPT_CACHE_MB
    params.cpuparams.poll = params.cpuparams_batch.poll = 0  # no faster spinning, only hotter
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = this_machine().cores
    params.sampling.penalty_repeat = REPEAT_PENALTY
    params.sampling.penalty_last_n = REPEAT_WINDOW
    params.verbosity = -1  # its log goes straight to the terminal otherwise
    params.warmup = False
    params.ui = False
    if embeds:
        params.embedding = True
        params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
        params.n_batch = params.n_ubatch = tokens
    return xllamacpp.Server(params)
