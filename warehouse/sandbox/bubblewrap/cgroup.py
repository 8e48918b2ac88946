"""A control group around one bubblewrap sandbox, where this user may make one."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.sandbox.sandbox import Limits

ROOT = Path("/sys/fs/cgroup")
PREFIX = "softhouse-"
REMOVE_TRIES = 50
JOIN = 'for group in $1; do echo $$ > "$group" || exit 125; done; shift; exec "$@"'
_numbers = itertools.count()


@dataclass(frozen=True)
class ControlGroup:
    """One folder per controller (version 1) or one for all (version 2)."""

    folders: tuple[Path, ...]
    oom_counter: Path
    holds_cpus: bool
    environment: Mapping[str, str] = field(default_factory=dict)

    def around(self, command: Sequence[str]) -> list[str]:
        """The command, started by a shell that has joined this group by writing its own id."""
        members = [str(folder / "cgroup.procs") for folder in self.folders]
        return ["/bin/sh", "-c", JOIN, "sh", " ".join(members), *command]

    def remove(self) -> None:
        """Once it is empty; the kernel may take some milliseconds over the last process."""
        for folder in self.folders:
            for _ in range(REMOVE_TRIES):
                try:
                    folder.rmdir()
                except FileNotFoundError:
                    break
                except OSError:
                    time.sleep(0.002)
                else:
                    break


def make_control_group(limits: Limits) -> ControlGroup | None:
    """A group holding `limits`, or None where we may not make one."""
    try:
        if (ROOT / "cgroup.controllers").exists():
            return _make_unified(limits)
        return _make_by_controller(limits)
    except OSError:
        return None


def _make_unified(limits: Limits) -> ControlGroup | None:
    for parent in _upwards(ROOT, _own_groups().get("", "/")):
        folder = parent / _fresh_name()
        try:
            _reap(parent)
            folder.mkdir()
        except OSError:
            continue
        try:
            (folder / "memory.max").write_text(str(limits.ceiling_mb * 1024**2))
            (folder / "pids.max").write_text(str(limits.processes + 2))
        except OSError:
            folder.rmdir()
            continue
        _offer(folder / "memory.swap.max", "0")
        holds_cpus = _offer(folder / "cpu.max", f"{int(limits.cpus * 100_000)} 100000")
        return ControlGroup((folder,), folder / "memory.events", holds_cpus)
    return None


def _make_by_controller(limits: Limits) -> ControlGroup | None:
    memory = str(limits.ceiling_mb * 1024**2)
    settings = {
        "memory": {"memory.limit_in_bytes": memory, "memory.memsw.limit_in_bytes": memory},
        "pids": {"pids.max": str(limits.processes + 2)},
        "cpu": {"cpu.cfs_quota_us": str(int(limits.cpus * 100_000))},
    }
    own, made = _own_groups(), dict[str, Path]()
    try:
        for controller, values in settings.items():
            parent = ROOT / controller / own.get(controller, "/").lstrip("/")
            _reap(parent)
            folder = parent / _fresh_name()
            folder.mkdir()
            made[controller] = folder
            for name, value in values.items():
                if (folder / name).exists():
                    (folder / name).write_text(value)
    except OSError:
        for folder in made.values():
            folder.rmdir()
        return None
    return ControlGroup(tuple(made.values()), made["memory"] / "memory.oom_control", True)


def _own_groups() -> dict[str, str]:
    """Controller → our own group; the unified hierarchy is under the empty name."""
    groups: dict[str, str] = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        groups |= dict.fromkeys(controllers.split(","), path)
    return groups


def _upwards(root: Path, own: str) -> list[Path]:
    """Our own group's parents, nearest first: a group with processes cannot have limited children."""
    here = root / own.lstrip("/")
    return [folder for folder in (here, *here.parents) if folder.is_relative_to(root)]


def _fresh_name() -> str:
    return f"{PREFIX}{os.getpid()}-{next(_numbers)}"


def _reap(parent: Path) -> None:
    """Remove what softhouse processes that were killed left behind."""
    for folder in parent.glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _offer(file: Path, value: str) -> bool:
    try:
        file.write_text(value)
    except OSError:
        return False
    return True
