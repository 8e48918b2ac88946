"""Who holds the limits of one bubblewrap sandbox: a control group, a systemd scope, or our steward."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from warehouse.sandbox.bubblewrap.cgroup import make_control_group
from warehouse.sandbox.bubblewrap.scope import make_scope
from warehouse.sandbox.sandbox import Limits

SOFT = "memory is counted, not held by the kernel"
_turns = itertools.count()


class Group(Protocol):
    """Processes whose memory and number the kernel bounds together."""

    @property
    def oom_counter(self) -> Path: ...

    @property
    def holds_cpus(self) -> bool: ...

    @property
    def environment(self) -> Mapping[str, str]:
        """What `around`'s command needs to know."""
        ...

    def around(self, command: Sequence[str]) -> list[str]:
        """The command that starts another inside the group, as the same process."""
        ...

    def remove(self) -> None:
        """Once it is empty."""
        ...


def make_group(limits: Limits) -> Group | None:
    """The best that this user may have here; None where nothing but counting is left."""
    return make_control_group(limits) or make_scope(limits)


def soft_limits() -> str:
    """What is left to counting: `SOFT`, or nothing."""
    group = make_group(Limits())
    if group is None:
        return SOFT
    group.remove()
    return ""


def cores_for(cpus: float) -> frozenset[int]:
    """So many of our cores, in turn: what bounds processors where no control group does."""
    ours = sorted(os.sched_getaffinity(0))
    count = min(len(ours), math.ceil(cpus))
    first = next(_turns) * count
    return frozenset(ours[(first + number) % len(ours)] for number in range(count))


def kernel_counts_processes() -> bool:
    """Whether RLIMIT_NPROC holds in a user namespace of its own (Linux 5.14), and holds for us."""
    major, minor = (int(part) for part in os.uname().release.split(".")[:2])
    return (major, minor) >= (5, 14) and os.getuid() != 0
