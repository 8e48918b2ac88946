"""Limits the kernel does not hold for us: looked at while a command runs."""

from __future__ import annotations

import contextlib
import os
import resource
from pathlib import Path
from typing import Any


class Watch:
    """Counts files, and where no control group does it, processes and memory (0: not watched)."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._writable = (settings["box"], "/tmp", "/dev/shm")  # noqa: S108
        self.files: int = settings["watch_files"]
        self.memory: int = settings["watch_memory"]
        self.processes: int = settings["watch_processes"]
        self.oom_counters: list[str] = settings["oom_counters"]

    def excess(self) -> str:
        """Which limit is passed; empty when none is."""
        if self.files and any(self._count_files(at) > self.files for at in self._writable):
            return "files"
        if not self.processes and not self.memory:
            return ""
        others = [pid for pid in os.listdir("/proc") if pid.isdigit() and pid != "1"]  # noqa: PTH208
        if self.processes and len(others) > self.processes:
            return "processes"
        if self.memory and sum(map(self._resident, others)) > self.memory:
            # Forked processes share pages: only the slow, exact measure may condemn them.
            return "memory" if sum(map(self._proportional, others)) > self.memory else ""
        return ""

    def _count_files(self, folder: str) -> int:
        status = os.statvfs(folder)
        return status.f_files - status.f_ffree

    def _resident(self, pid: str) -> int:
        try:
            _, resident, shared, *_ = map(int, Path(f"/proc/{pid}/statm").read_text().split())
        except (OSError, ValueError):
            return 0
        return (resident - shared) * resource.getpagesize()

    def _proportional(self, pid: str) -> int:
        with contextlib.suppress(OSError, ValueError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss_Anon:"):
                    return int(line.split()[1]) * 1024
        return self._resident(pid)

    def was_refused(self, peak: int) -> bool:
        """Whether a program that failed, with so many bytes resident at its peak, wanted memory.

        Where we watch, the kernel refuses at twice our bound, and a quick program gets there and
        ends between two looks.
        """
        return bool(self.memory) and peak > self.memory * 3 // 2

    def oom_kills(self) -> int:
        """How many processes the kernel has killed here for want of memory."""
        return sum(read_number(path, "oom_kill") for path in self.oom_counters)


def read_number(path: str, name: str) -> int:
    """The number after `name` in a file of `name number` lines; 0 where there is none."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(path).read_text().splitlines():
            key, _, value = line.partition(" ")
            if key == name:
                return int(value)
    return 0
