"""Waiting for processes that nobody waits for any more."""

import time
from collections.abc import Collection

from tests.support.people import has_ended

PATIENCE = 120.0
"""Seconds until what should have happened never will, however loaded the machine is."""


def all_ended(processes: Collection[int]) -> bool:
    """Whether all of them end within a while."""
    until = time.monotonic() + PATIENCE
    while not all(map(has_ended, processes)):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
