"""Which sandbox a run gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from warehouse.errors import SandboxError
from warehouse.sandbox.sandbox import SandboxBackend

Wanted = Literal["auto", "docker", "bubblewrap", "none", "host"]
AUTOMATIC = ("docker", "bubblewrap")
"""Tried in this order; the host is never chosen for anybody."""


async def choose_backend(wanted: str = "auto", *, run: str = "") -> SandboxBackend | None:
    """A backend that is usable now. None when `none` was wanted, or when `auto` found nothing:
    then nothing is executed, and `survey` says why. SandboxError when the one wanted by name
    cannot be used. `run` is the run's id."""
    if wanted not in get_args(Wanted):
        raise SandboxError(
            f"There is no sandbox named {wanted!r}; choose one of {', '.join(get_args(Wanted))}."
        )
    if wanted == "none":
        return None
    for name in AUTOMATIC if wanted == "auto" else (wanted,):
        backend = make_backend(name, run=run)
        reason = await backend.available()
        if reason is None:
            return backend
        await backend.close()
        if wanted != "auto":
            raise SandboxError(reason)
    return None


async def survey() -> dict[str, str | None]:
    """For each sandbox that `auto` may choose: None when usable, else the reason and the fix."""
    found: dict[str, str | None] = {}
    for name in AUTOMATIC:
        backend = make_backend(name)
        found[name] = await backend.available()
        await backend.close()
    return found


def make_backend(name: str, *, run: str = "") -> SandboxBackend:
    """The backend of that name, not yet tried."""
    makers: dict[str, Callable[[], SandboxBackend]] = {
        "docker": lambda: _docker(run),
        "bubblewrap": _bubblewrap,
        "host": _host,
    }
    return makers[name]()


def _docker(run: str) -> SandboxBackend:
    from warehouse.sandbox.docker import DockerBackend

    return DockerBackend(run=run)


def _bubblewrap() -> SandboxBackend:
    from warehouse.sandbox.bubblewrap import BubblewrapBackend

    return BubblewrapBackend()


def _host() -> SandboxBackend:
    from warehouse.sandbox.host import HostBackend

    return HostBackend()
