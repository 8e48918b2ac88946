"""The sandboxes there are, by name, and which of them a run gets.

A backend is a folder here and a line in `BACKENDS`; its code is imported when it is first made.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from warehouse.errors import SandboxError

if TYPE_CHECKING:
    from warehouse.sandbox.sandbox import SandboxBackend


class BackendEntry(NamedTuple):
    """Where a backend's class is, and what speaks against it."""

    module: str
    class_name: str
    warning: str | None = None
    """What a person must be told before anything runs there, where it does not isolate. Such a
    backend is chosen by a person on the command line, for the very run: never by `auto`, by a card
    or for many runs."""


BACKENDS: Mapping[str, BackendEntry] = {
    "docker": BackendEntry("warehouse.sandbox.docker.backend", "DockerBackend"),
    "bubblewrap": BackendEntry("warehouse.sandbox.bubblewrap.backend", "BubblewrapBackend"),
    "host": BackendEntry(
        "warehouse.sandbox.host.backend",
        "HostBackend",
        "what the model writes runs directly on this machine, as you: it can read and delete your "
        "files and use the network. `--sandbox docker` and `--sandbox bubblewrap` do not let it.",
    ),
}
"""In the order in which `auto` tries those that isolate."""

AUTOMATIC = tuple(name for name, backend in BACKENDS.items() if backend.warning is None)
AUTO, NONE = "auto", "none"
CARD_CHOICES = (AUTO, *AUTOMATIC, NONE)
"""What a card or a batch may ask for."""
CHOICES = (*CARD_CHOICES, *(name for name in BACKENDS if name not in AUTOMATIC))
"""What a person may ask for."""
SETTLED = CHOICES[1:]
"""What a run can be given once `auto` has been looked into."""


def warning_of(name: str) -> str | None:
    """What a person must be told of the sandbox of that name, `auto` and `none` included."""
    return BACKENDS[name].warning if name in BACKENDS else None


async def choose_backend(choice: str = AUTO) -> SandboxBackend | None:
    """A backend that is usable now. None when `none` was chosen, or when `auto` found nothing:
    then nothing is executed, and `survey` says why. SandboxError when the one chosen by name
    cannot be used."""
    if choice not in CHOICES:
        raise SandboxError(
            f"There is no sandbox named {choice!r}; choose one of {', '.join(CHOICES)}."
        )
    if choice == NONE:
        return None
    for name in AUTOMATIC if choice == AUTO else (choice,):
        backend = make_backend(name)
        reason = await backend.available()
        if reason is None:
            return backend
        await backend.close()
        if choice != AUTO:
            raise SandboxError(reason)
    return None


async def survey() -> dict[str, str | None]:
    """For each sandbox that `auto` may choose: None when usable, else the reason and the fix."""
    reasons: dict[str, str | None] = {}
    for name in AUTOMATIC:
        backend = make_backend(name)
        reasons[name] = await backend.available()
        await backend.close()
    return reasons


async def soft_limits_of(name: str) -> str:
    """Which limits the kernel does not hold in a sandbox that is usable; empty where it holds all."""
    backend = make_backend(name)
    try:
        return await backend.soft_limits()
    finally:
        await backend.close()


async def prune() -> list[str]:
    """Remove what backends keep between runs; a line for each thing removed."""
    removed: list[str] = []
    for name in BACKENDS:
        backend = make_backend(name)
        removed += await backend.prune()
        await backend.close()
    return removed


def make_backend(name: str) -> SandboxBackend:
    """The backend of that name, not yet tried."""
    entry = BACKENDS[name]
    backend: SandboxBackend = getattr(import_module(entry.module), entry.class_name)()
    return backend
