"""Whose container is this? Ours when alive, nobody's when the process that made it is gone.

An owner is named so that no other living process is ever taken for it, and none on another
machine or in another container that shares the engine is ever declared dead.
"""

from __future__ import annotations

import contextlib
import os
import platform
from pathlib import Path


def this_process() -> str:
    """Machine, pid namespace, boot, pid and start of this process, in one line."""
    return "/".join([_machine(), _namespace(), _boot(), str(os.getpid()), _start(os.getpid())])


def is_dead(owner: str) -> bool:
    """Whether a process on this machine is surely gone; False wherever that cannot be told."""
    parts = owner.split("/")
    if len(parts) != 5 or parts[:2] != [_machine(), _namespace()] or not parts[3].isdigit():
        return False
    _, _, boot, pid, start = parts
    if boot != _boot():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return start != _start(int(pid))


def _machine() -> str:
    with contextlib.suppress(OSError):
        return Path("/etc/machine-id").read_text().strip() or platform.node()
    return platform.node().replace("/", "-")


def _namespace() -> str:
    with contextlib.suppress(OSError):
        return str(Path("/proc/self/ns/pid").readlink())
    return "-"


def _boot() -> str:
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return "-"


def _start(pid: int) -> str:
    """Clock ticks from boot to the start of a process; the same number is never used twice."""
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return "-"
