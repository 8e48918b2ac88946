"""What this machine has for a model that speaks on it: memory and cores."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
"""Where a container is told what it may have, in both versions of control groups."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is in all, not what happens to be free."""

    memory: int
    """Bytes; 0 where the system does not say."""
    cores: int

    def __str__(self) -> str:
        memory = f"{self.memory / 1e9:.0f} GB of memory, " if self.memory else ""
        return f"{memory}{self.cores} core{'' if self.cores == 1 else 's'}"


def this_machine(limits: tuple[Path, ...] = CGROUP_LIMITS) -> Machine:
    """What this process may use: of the machine, or of the container it is in."""
    told = [_physical(), *map(_limit, limits)]
    return Machine(min((each for each in told if each), default=0), _cores())


def _physical() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _limit(path: Path) -> int:
    try:
        text = path.read_text("ascii").strip()
    except (OSError, ValueError):
        return 0
    return int(text) if text.isdecimal() else 0


def _cores() -> int:
    """Those that this process may use. With a thread more they wait for each other: two on one core take
    twice as long as one."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
