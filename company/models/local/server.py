"""The embedded model, served by llama.cpp inside this process, on loopback, for this process only."""

import atexit
import os
import secrets
import threading
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from company.errors import ConfigurationError, ProviderError
from company.models.endpoint import Endpoint
from company.models.local.quiet import silenced
from company.models.local.weights import QWEN_CODER
from company.models.model_id import ModelId

CONTEXT_WINDOW = 8192
"""Tokens of prompt and reply together; its cache of keys and values takes about 230 MB."""


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running server."""

    base_url: str
    key: str
    """Made for this server alone, so that nobody else on the machine can use it."""
    at_once: int
    handle: Any
    """Keeps the server alive."""


def installed() -> bool:
    """Whether the `local` extra is there."""
    return find_spec("xllamacpp") is not None


def start(
    weights: Path, *, key: str, port: int = 0, at_once: int = 1, threads: int | None = None
) -> EmbeddedServer:
    """Load the weights and serve them on loopback; takes a few seconds.

    `at_once` conversations are served side by side, each with the whole context window.
    Raises ConfigurationError where the extra or the weights are missing.
    """
    if not installed():
        raise ConfigurationError(
            "The embedded model needs llama.cpp: `pip install 'softhouse[local]'`."
        )
    if not weights.is_file():
        raise ConfigurationError(
            "The embedded model is not here yet: fetch it once with `softhouse model pull` (1.1 GB)."
        )
    import xllamacpp

    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(weights)
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = port
    wanted.api_keys = [key]
    wanted.n_parallel = at_once
    wanted.n_ctx = CONTEXT_WINDOW * at_once
    wanted.cpuparams.n_threads = threads or os.cpu_count() or 1
    wanted.verbosity = -1
    wanted.ui = False
    wanted.warmup = False
    try:
        with silenced():
            handle = xllamacpp.Server(wanted)
    except RuntimeError as error:
        raise ProviderError(
            f"llama.cpp could not load {weights} ({error}). If the file is damaged, "
            "`softhouse model pull --again` fetches it anew; the model needs about 1.5 GB of memory."
        ) from None
    return EmbeddedServer(f"{handle.listening_address}/v1", key, at_once, handle)
