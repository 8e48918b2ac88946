"""All programs of the sandbox at rest for a moment, for what can only be counted while nothing moves."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE_SECONDS, LOOK_SECONDS = 0.2, 0.001
STOPPED, AT_REST = "Tt", "TtDZX"
"""The kernel's letters: whoever waits in it for a disk or for a child of its own makes nothing either."""


@contextlib.contextmanager
def programs_stopped() -> Iterator[None]:
    """Of whoever is not process 1, "all others" would be strangers: then nothing is stopped."""
    if os.getpid() != 1:
        yield
        return
    stopped_before = {pid for pid in _programs() if _states(pid) <= set(STOPPED)}
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGSTOP)
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and not all(map(_is_at_rest, _programs())):
            time.sleep(LOOK_SECONDS)
        yield
    finally:
        for pid in _programs() - stopped_before:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def _programs() -> set[int]:
    return {int(name) for name in os.listdir("/proc") if name.isdigit()} - {1}  # noqa: PTH208


def _is_at_rest(pid: int) -> bool:
    return _states(pid) <= set(AT_REST)


def _states(pid: int) -> set[str]:
    """Of its threads; none when it is gone."""
    states = set()
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                states.add((thread / "stat").read_text().rpartition(") ")[2][:1])
    return states
