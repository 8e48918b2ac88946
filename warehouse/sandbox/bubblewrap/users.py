"""Two users in one sandbox: our steward and the program, so that neither is the other to the kernel.

Only root may show a namespace a second user. Made by anybody else, a sandbox has one, and the list of
system calls alone keeps the program from its steward.
"""

from __future__ import annotations

import os
from pathlib import Path

STEWARD = 0
PROGRAM = 65534
"""By the same numbers inside and outside: `nobody` owns nothing, and every container has it."""


def may_map() -> bool:
    """Whether this process can make such namespaces."""
    return os.getuid() == STEWARD and all(_has(PROGRAM, name) for name in ("uid_map", "gid_map"))


def map_users(process: int) -> None:
    """Tell a new namespace, by a process in it, of both users. Raises OSError."""
    for name in ("uid_map", "gid_map"):
        lines = [f"{number} {number} 1" for number in (STEWARD, PROGRAM)]
        Path(f"/proc/{process}/{name}").write_text("\n".join(lines))


def _has(number: int, name: str) -> bool:
    """Whether our own namespace has this user: it may be a container's."""
    rows = [line.split() for line in Path(f"/proc/self/{name}").read_text().splitlines()]
    return any(int(first) <= number < int(first) + int(count) for first, _, count in rows)
