"""Fetching an embedded model while somebody waits."""

import sys
from pathlib import Path

from company.models.local.weights import Weights


def weights_called(name: str | None) -> Weights:
    """The model of the catalogue that somebody means; the measured one where they name none.

    Raises ConfigurationError for a name that none has, or for a file, which is not fetched.
    """
    from company.errors import ConfigurationError
    from company.models.local.weights import catalogue, measured_weights
    from company.models.model_id import parse_model_id

    if name is None:
        return measured_weights()
    model_id = parse_model_id(f"local:{name.removeprefix('local:')}")
    if model_id.file:
        raise ConfigurationError(
            f"{model_id.file} is a file of your own, which is not fetched: use it as `--model {model_id}`."
        )
    return catalogue()[model_id.model]


def pull_with_progress(weights: Weights) -> Path:
    """The file, fetched where it is missing, with a progress bar on a terminal's stderr."""
    from company.cli.output import say
    from company.models.local.pull import pull

    if not sys.stderr.isatty():
        return pull(
            _Tenths(weights.name), tell=lambda sentence: say(sentence, err=True), weights=weights
        )
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True, markup=False)
    columns = (weights.name, BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, refresh_per_second=4) as bar:
        task = bar.add_task("", total=None)
        return pull(
            lambda done, of: bar.update(task, completed=done, total=of),
            tell=lambda sentence: say(sentence, err=True),
            weights=weights,
        )


class _Tenths:
    """Says each tenth once, for logs."""

    def __init__(self, name: str) -> None:
        self._name, self._last = name, 0

    def __call__(self, done: int, of: int) -> None:
        from company.cli.output import say

        tenth = 10 * done // of if of else 0
        if tenth > self._last:
            self._last = tenth
            say(f"{self._name}: {tenth * 10} % of {of / 1e9:.1f} GB", err=True)
