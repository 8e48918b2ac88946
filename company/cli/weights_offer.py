"""The embedded model is fetched once; a person at a terminal is offered that when it is missing."""

import sys
from collections.abc import Iterable

from company.errors import ConfigurationError


async def ensure_weights(models: Iterable[str]) -> None:
    """Have the weights where a model needs them. Raises ConfigurationError with the command."""
    if not any(model.startswith("local:") for model in models):
        return
    from company.models.local.server import installed
    from company.models.local.weights import QWEN_CODER

    if not installed() or QWEN_CODER.present():
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
    from company.cli.pulling import pull_with_progress

    pull_with_progress()
