"""Waiting for what other processes do."""

import time
from collections.abc import Callable, Collection

from tests.support.people import has_ended

PATIENCE = 120.0
"""Seconds until what should have happened never will, however loaded the machine is."""


def comes_about(condition: Callable[[], object]) -> bool:
    """Whether it holds within a while."""
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def all_ended(processes: Collection[int]) -> bool:
    """Whether all of them end within a while."""
    return comes_about(lambda: all(map(has_ended, processes)))
