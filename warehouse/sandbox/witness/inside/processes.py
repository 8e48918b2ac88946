"""What the kernel tells of a program and of all that it started: who lives, sleeps, listens, seeks."""

from __future__ import annotations

import contextlib
import ctypes
import os
import time
from collections.abc import Iterator
from pathlib import Path

PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 4, 36
LOOK_SECONDS = 0.01
LOOKS_ASLEEP = 3
"""So many looks in a row must find every thread asleep before a program counts as waiting."""
STATE, PARENT = 0, 1
"""Where those stand in `/proc/PID/stat`, after the name."""
LISTENING = "0A"
UNREACHED = {
    "snmp": (("Ip:", "OutNoRoutes"), ("Tcp:", "AttemptFails"), ("Udp:", "NoPorts")),
    "snmp6": (("Ip6OutNoRoutes", ""), ("Udp6NoPorts", "")),
}
"""Where this network's counters tell of connections and questions that came to nothing."""


def watch_over_descendants() -> None:
    """Be closed to the program, and the parent of whatever is left by those that it starts."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants() -> list[int]:
    """The processes that stem from this one."""
    parents = {pid: int(stat[PARENT]) for pid, stat in _stats("/proc")}
    found, seen = [], {os.getpid()}
    while children := [
        pid for pid, parent in parents.items() if parent in seen and pid not in seen
    ]:
        found += children
        seen |= set(children)
    return found


def are_asleep() -> bool:
    """Whether every thread of every descendant waits for something."""
    for pid in descendants():
        if any(stat[STATE] in "RD" for _, stat in _stats(f"/proc/{pid}/task")):
            return False
    return True


def settle(until: float) -> None:
    """Wait until the descendants are asleep, or the time has come."""
    looks = 0
    while looks < LOOKS_ASLEEP and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        looks = looks + 1 if are_asleep() else 0


def listening() -> list[int]:
    """The ports on which descendants take connections, the lowest first."""
    own = {inode for pid in descendants() for inode in _sockets(pid)}
    found = set()
    for name in ("tcp", "tcp6"):
        for line in _lines(f"/proc/net/{name}")[1:]:
            fields = line.split()
            if fields[3] == LISTENING and fields[9] in own:
                found.add(int(fields[1].rpartition(":")[2], 16))
    return sorted(found)


def unreached() -> int:
    """How often something was looked for in the network that nobody answers here."""
    found = 0
    for name, counters in UNREACHED.items():
        table = [line.split() for line in _lines(f"/proc/net/{name}")]
        found += sum(_counter(table, *counter) for counter in counters)
    return found


def _counter(table: list[list[str]], line: str, column: str) -> int:
    rows = [fields for fields in table if fields[:1] == [line]]
    if not column:
        return int(rows[0][1]) if rows else 0
    heads, values = rows
    return int(values[heads.index(column)])


def _stats(folder: str) -> Iterator[tuple[int, list[str]]]:
    """The fields after the name of each process, or thread, that a folder of `/proc` holds."""
    with contextlib.suppress(OSError):
        for name in filter(str.isdigit, os.listdir(folder)):  # noqa: PTH208
            with contextlib.suppress(OSError):
                text = Path(f"{folder}/{name}/stat").read_text(errors="replace")
                yield int(name), text.rpartition(")")[2].split()


def _sockets(pid: int) -> Iterator[str]:
    """The inodes of the sockets that a process has open."""
    with contextlib.suppress(OSError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                target = str(entry.readlink())
                if target.startswith("socket:["):
                    yield target[8:-1]


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
