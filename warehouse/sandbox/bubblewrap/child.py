"""What a `bwrap` must not inherit from us, given up between the fork and its start."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Collection

_KEYCTL = {"x86_64": 250, "aarch64": 219}
_JOIN_SESSION_KEYRING = 1
_LIBC = ctypes.CDLL(None)  # before any fork: a child of threads must not wait for the loader's lock
_KEYCTL_HERE = _KEYCTL.get(os.uname().machine)


def leave(cores: Collection[int]) -> None:
    """Leave the keys this session has in the kernel, our umask, and all cores but these; none are all."""
    if _KEYCTL_HERE is not None:
        _LIBC.syscall(_KEYCTL_HERE, _JOIN_SESSION_KEYRING, None)
    os.umask(0o022)  # what one user inside makes, the other shall read
    if cores:
        os.sched_setaffinity(0, cores)
