"""Limits the kernel does not hold for us: looked at while a command runs, and once more after it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any, NamedTuple

from .sockets import Sockets


class Usage(NamedTuple):
    """What one process has: threads, and bytes of its own, shared with others, and of page tables."""

    threads: int
    own: int
    shared: int
    tables: int


class Watch:
    """Counts files and sockets, which a control group of version 1 leaves out, and where there is
    none, processes and memory too (0: not watched)."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._writable = (settings["box"], "/tmp", "/dev/shm")  # noqa: S108
        self.files: int = settings["watch_files"]
        self.memory: int = settings["watch_memory"]
        self.processes: int = settings["watch_processes"]
        self.oom_counters: list[str] = settings["oom_counters"]
        self.sockets: int = settings["watch_sockets"]
        self._sockets = Sockets()

    def excess(self) -> str:
        """Which limit is passed; empty when none is."""
        if self.has_too_many_files():
            return "files"
        if self._sockets.memory(self.sockets) > self.sockets:
            return "memory"
        if not self.processes and not self.memory:
            return ""
        others = [pid for pid in os.listdir("/proc") if pid.isdigit() and pid != "1"]  # noqa: PTH208
        usages = {pid: usage for pid in others if (usage := status_of(pid))}
        if self.processes and sum(usage.threads for usage in usages.values()) > self.processes:
            return "processes"
        return "memory" if self.memory and self._is_over(usages) else ""

    def has_too_many_files(self) -> bool:
        return bool(self.files) and any(map(self._is_crowded, self._writable))

    def _is_over(self, usages: dict[str, Usage]) -> bool:
        """Sockets are counted against what the processes leave of the memory."""
        left = self.memory - self._sum(list(usages.values()))
        if self._sockets.memory(left) <= left:
            return False
        # Forked processes share pages: only the slow, exact measure may condemn them.
        exact = [proportional(pid, usage) for pid, usage in usages.items()]
        left = self.memory - self._sum(exact)
        return self._sockets.memory(left) > left

    def _sum(self, usages: list[Usage]) -> int:
        """Files that are mapped are bounded, and counted, as files."""
        shared = sum(usage.shared for usage in usages) - sum(map(self._file_bytes, self._writable))
        return max(0, shared) + sum(usage.own + usage.tables for usage in usages)

    def _is_crowded(self, folder: str) -> bool:
        status = os.statvfs(folder)
        return status.f_files - status.f_ffree > self.files

    def _file_bytes(self, folder: str) -> int:
        status = os.statvfs(folder)
        return (status.f_blocks - status.f_bfree) * status.f_frsize

    def was_refused(self, peak: int) -> bool:
        """Whether a program that failed, with so many bytes resident at its peak, wanted memory.

        Where we watch, the kernel refuses at twice our bound, and a quick program gets there and
        ends between two looks.
        """
        return bool(self.memory) and peak > self.memory * 3 // 2

    def oom_kills(self) -> int:
        """How many processes the kernel has killed here for want of memory."""
        return sum(read_number(path, "oom_kill") for path in self.oom_counters)


def status_of(pid: str) -> Usage | None:
    """What a process has, as anybody may know; None when it is gone."""
    fields = read_fields(f"/proc/{pid}/status")
    if "Threads" not in fields:
        return None
    own = fields.get("RssAnon", 0) + fields.get("VmSwap", 0)
    kilobytes = (own, fields.get("RssShmem", 0), fields.get("VmPTE", 0))
    return Usage(fields["Threads"], *(1024 * size for size in kilobytes))


def proportional(pid: str, usage: Usage) -> Usage:
    """The same with its part of what it shares; all of it where the process shows nobody its parts."""
    fields = read_fields(f"/proc/{pid}/smaps_rollup")
    if "Pss_Anon" not in fields:
        return usage
    own = 1024 * (fields["Pss_Anon"] + fields.get("SwapPss", 0))
    return Usage(usage.threads, own, 1024 * fields.get("Pss_Shmem", 0), usage.tables)


def read_fields(path: str) -> dict[str, int]:
    """The lines `name: number` of a file; none where it cannot be read."""
    fields: dict[str, int] = {}
    with contextlib.suppress(OSError):
        for line in Path(path).read_text(errors="replace").splitlines():
            name, _, value = line.partition(":")
            if (number := value.split(maxsplit=1)[:1]) and number[0].isdigit():
                fields[name] = int(number[0])
    return fields


def read_number(path: str, name: str) -> int:
    """The number after `name` in a file of `name number` lines; 0 where there is none."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(path).read_text().splitlines():
            key, _, value = line.partition(" ")
            if key == name:
                return int(value)
    return 0
