"""Before a run begins: every model has its key, and the embedded one is here or is fetched."""

import os
import sys
from collections.abc import Iterable

from company.errors import ConfigurationError


def ensure_ready(models: Iterable[str]) -> None:
    """Raises ConfigurationError or RunNotFound, with what to do, before anything is spent or begun.

    A person at a terminal is offered the embedded model where it is wanted and not here.
    """
    from company.models.endpoint import endpoint_of
    from company.models.model_id import parse_model_id
    from company.models.recorded_run import is_recorded, journal_of

    for model in sorted(set(models)):
        model_id = parse_model_id(model)
        if model_id.provider.name == "local":
            _ensure_weights()
        elif is_recorded(model):
            journal_of(model_id.model)
        else:
            endpoint_of(model_id, os.environ)


def _ensure_weights() -> None:
    from company.models.local.server import installed
    from company.models.local.weights import QWEN_CODER

    if not installed():
        raise ConfigurationError(
            "The embedded model needs llama.cpp: pip install 'softhouse[local]'"
        )
    if QWEN_CODER.present():
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ConfigurationError(
            "The embedded model is not here yet. Fetch it once (1.1 GB) with: softhouse model pull"
        )
    import click

    click.confirm(
        "The embedded model is not here yet. Fetch it now (1.1 GB, once)?",
        default=True,
        abort=True,
        err=True,
    )
    from company.cli.model import pull_with_progress

    pull_with_progress()
