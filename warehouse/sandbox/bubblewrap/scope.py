"""A transient scope around one bubblewrap sandbox, where this user's systemd gives one.

A user who logged in owns no control group above the session, and so can make none beside it; the
user's own manager can, and holds what it starts by `systemd-run --user --scope`.
"""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse import child_process
from warehouse.sandbox.bubblewrap.cgroup import PREFIX, ROOT
from warehouse.sandbox.sandbox import Limits

SLICE = "app.slice"
TRY_SECONDS = 5
_numbers = itertools.count()


@dataclass(frozen=True)
class UserScope:
    """A unit that begins with the command that is started in it, and ends with its last process."""

    unit: str
    properties: tuple[str, ...]
    oom_counter: Path
    holds_cpus: bool
    environment: Mapping[str, str]
    """How to reach the user's manager."""

    def around(self, command: Sequence[str]) -> list[str]:
        """The command, started in this scope, in the place of the one that asks for it."""
        settings = [word for each in self.properties for word in ("--property", each)]
        quiet = ("systemd-run", "--user", "--scope", "--quiet", "--collect")
        return [*quiet, "--slice", SLICE, "--unit", self.unit, *settings, "--", *command]

    def remove(self) -> None:
        """Its manager does that."""


def make_scope(limits: Limits) -> UserScope | None:
    """A scope holding `limits`, or None where no manager gives one."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    controllers = usable_controllers(ROOT, runtime)
    if not {"memory", "pids"} <= controllers:
        return None
    unit = f"{PREFIX}{os.getpid()}-{next(_numbers)}.scope"
    properties = [
        f"MemoryMax={limits.ceiling_mb}M",
        "MemorySwapMax=0",
        f"TasksMax={limits.processes + 2}",
    ]
    if "cpu" in controllers:
        properties.append(f"CPUQuota={round(limits.cpus * 100)}%")
    return UserScope(
        unit,
        tuple(properties),
        _manager(ROOT) / SLICE / unit / "memory.events",
        "cpu" in controllers,
        _reaching(runtime),
    )


@functools.cache
def usable_controllers(root: Path, runtime: Path) -> frozenset[str]:
    """What a scope of this user's manager can hold; nothing where there is no manager that answers."""
    try:
        offered = frozenset((_manager(root) / "cgroup.controllers").read_text().split())
    except OSError:
        return frozenset()
    sockets = (runtime / "systemd" / "private", runtime / "bus")
    if not any(socket.exists() for socket in sockets) or not child_process.program("systemd-run"):
        return frozenset()
    command = ["systemd-run", "--user", "--scope", "--quiet", "--slice", SLICE, "--", "true"]
    try:
        answer = child_process.run(command, environment=_reaching(runtime), seconds=TRY_SECONDS)
    except (OSError, TimeoutError):
        return frozenset()
    return offered if answer.exit_code == 0 else frozenset()


def _manager(root: Path) -> Path:
    uid = os.getuid()
    return root / "user.slice" / f"user-{uid}.slice" / f"user@{uid}.service"


def _reaching(runtime: Path) -> dict[str, str]:
    path = os.environ.get("PATH", os.defpath)
    bus = f"unix:path={runtime}/bus"
    return {"PATH": path, "XDG_RUNTIME_DIR": str(runtime), "DBUS_SESSION_BUS_ADDRESS": bus}
