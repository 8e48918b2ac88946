"""What an attack could leave on this machine, so that before and after can be compared."""

from __future__ import annotations

import ctypes
import functools
import gc
import os
import platform
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.support.people import has_ended, processes_of
from warehouse.sandbox.docker.backend import OWNER
from warehouse.sandbox.owners import is_dead, this_process

_PR_SET_CHILD_SUBREAPER = 36
_JOIN_SESSION_KEYRING, _READ = 1, 11
_SESSION_KEYRING, _USER_KEYRING = -3, -4
_LIBC = ctypes.CDLL(None, use_errno=True)
_HELPER = "multiprocessing.resource_tracker"
"""Python's own, one for the whole test run, begun when it is first needed."""
LONGEST_END = 5.0
"""Seconds in which the kernel has taken away what nobody holds any more."""
SHARED_MEMORY = Path("/dev/shm")
Remains = Mapping[str, frozenset[str]]
"""What there is, by kind."""


@functools.cache
def stand_apart() -> None:
    """Let processes whose parents ended be ours, and have a keyring that is no other session's."""
    _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    _keyctl(_JOIN_SESSION_KEYRING, 0)


def remains(users: Collection[int], *, with_engine: bool = False) -> Remains:
    """Everything of ours, and of the users with these numbers, that outlives a test."""
    pids = descendants(os.getpid()) | {pid for user in users for pid in processes_of(user)}
    return {
        "processes": frozenset(each for each in map(_described, pids) if _HELPER not in each),
        "mounts": frozenset(_mounts()),
        "listening sockets": frozenset(_listening(users)),
        "shared memory": frozenset(_shared_memory()),
        "System V objects": frozenset(_system_v({os.getuid(), *users})),
        "keys": frozenset(_keys()),
        "containers": _containers() if with_engine else frozenset(),
    }


def new_since(
    before: Remains,
    users: Collection[int],
    *,
    with_engine: bool = False,
    patience: float = LONGEST_END,
) -> dict[str, list[str]]:
    """What was not there before, and does not go away by itself at once."""
    until = time.monotonic() + patience
    while found := _more_than(before, remains(users, with_engine=with_engine)):
        if time.monotonic() > until:
            return found
        gc.collect()  # what nobody holds any more may be part of a circle
        time.sleep(0.05)
    return {}


def _more_than(before: Remains, after: Remains) -> dict[str, list[str]]:
    new = {kind: sorted(after[kind] - before[kind]) for kind in after}
    return {kind: names for kind, names in new.items() if names}


def descendants(pid: int) -> set[int]:
    """The processes that a process began, and those that they began, unless they have ended."""
    found: set[int] = set()
    try:
        tasks = list(Path(f"/proc/{pid}/task").glob("*/children"))
    except FileNotFoundError:  # it has ended since it was named
        return found
    for task in tasks:
        children = {int(child) for child in _text(task).split()}
        found |= {child for child in children if not has_ended(child)}
        for child in children:
            found |= descendants(child)
    return found


def _described(pid: int) -> str:
    command = _text(Path(f"/proc/{pid}/cmdline")).replace("\0", " ").strip()
    return f"{pid} {command[:200]}"


def _mounts() -> Iterator[str]:
    """The mounts that we see, but those of containers, which go with their containers."""
    for line in _text(Path("/proc/self/mountinfo")).splitlines():
        place = line.split()[4]
        if not place.startswith(("/var/lib/docker", "/run/docker")):
            yield place


def _listening(users: Collection[int]) -> Iterator[str]:
    """Listening sockets of this process, and those of TCP that the users have."""
    own = set(_own_descriptors())
    for kind in ("tcp", "tcp6"):
        for line in _text(Path(f"/proc/self/net/{kind}")).splitlines()[1:]:
            _, place, _, state, _, _, _, uid, _, inode, *_ = line.split()
            if state == "0A" and (f"socket:[{inode}]" in own or int(uid) in users):
                yield f"{kind} {place}"
    for line in _text(Path("/proc/self/net/unix")).splitlines()[1:]:
        _, _, _, flags, _, _, inode, *path = line.split(maxsplit=7)
        if flags == "00010000" and f"socket:[{inode}]" in own:
            yield f"unix {''.join(path)}"


def _own_descriptors() -> Iterator[str]:
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the one of the listing itself is closed again
            yield str(descriptor.readlink())


def _shared_memory() -> Iterator[str]:
    """POSIX shared memory that no process has open or mapped: what is used has an owner."""
    names = [str(path) for path in SHARED_MEMORY.glob("*")]
    used = "\n".join(_text(path) for path in Path("/proc").glob("[0-9]*/maps")) if names else ""
    yield from (name for name in names if name not in used)


def _system_v(users: Collection[int]) -> Iterator[str]:
    for kind in ("shm", "msg", "sem"):
        heading, *rows = _text(Path(f"/proc/sysvipc/{kind}")).splitlines() or [""]
        for row in rows:
            about = dict(zip(heading.split(), row.split(), strict=False))
            if int(about["uid"]) in users and about.get("nattch", "0") == "0":
                yield f"{kind} {about[heading.split()[1]]}"


def _keys() -> Iterator[str]:
    """What hangs on the keyrings of our session and of our user."""
    for keyring in (_SESSION_KEYRING, _USER_KEYRING):
        keys = (ctypes.c_int32 * 1_000)()
        size = _keyctl(_READ, keyring, keys, ctypes.sizeof(keys))
        yield from (f"{keyring}: {key}" for key in keys[: max(size, 0) // 4])


def _keyctl(*arguments: Any) -> int:
    number = {"x86_64": 250, "aarch64": 219}[platform.machine()]
    done: int = _LIBC.syscall(number, *arguments)
    return done


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _containers() -> frozenset[str]:
    """Containers of this process, and of processes of this machine that are gone."""
    import docker

    engine = docker.from_env()
    try:
        found = engine.api.containers(all=True, filters={"label": OWNER})
    finally:
        engine.close()
    owners = {each["Id"]: each["Labels"][OWNER] for each in found}
    return frozenset(
        name for name, owner in owners.items() if owner == this_process() or is_dead(owner)
    )
