"""Before a run begins: every model has its key, and an embedded one is here or is fetched."""

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from company.models.model_id import ModelId


def ensure_ready(models: Iterable[str]) -> None:
    """Raises ConfigurationError or RunNotFound, with what to do, before anything is spent or begun.

    A person at a terminal is offered the embedded model where it is wanted and not here.
    """
    from company.models.endpoint import endpoint_of
    from company.models.model_id import parse_model_id
    from company.models.recorded_run import is_recorded, journal_of
    from company.models.script import is_scripted, read_script

    for model in sorted(set(models)):
        model_id = parse_model_id(model)
        if model_id.provider.name == "local":
            _ensure_weights(model_id)
        elif is_recorded(model):
            journal_of(model_id.model)
        elif is_scripted(model):
            read_script(model_id.model)
        else:
            endpoint_of(model_id, os.environ)


def _ensure_weights(model_id: "ModelId") -> None:
    from company.models.local.servable import NotFetched, servable_file

    try:
        servable_file(model_id)
        return
    except NotFetched as error:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        weights = error.weights
    import click

    click.confirm(
        f"The embedded model {weights.name} is not here yet. Fetch it now ({weights.gigabytes}, once)?",
        default=True,
        abort=True,
        err=True,
    )
    from company.cli.model.pulling import pull_with_progress

    pull_with_progress(weights)
