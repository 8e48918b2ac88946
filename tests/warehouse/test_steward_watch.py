"""What the steward takes for memory, where the kernel's own counts disagree for a moment."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from warehouse.sandbox.steward.sockets import Sockets
from warehouse.sandbox.steward.watch import Watch

MEMORY = 1024**4
"""More than all the processes have on the machine that runs the tests."""


@pytest.fixture
def watch() -> Iterator[Watch]:
    bounds = {"watch_files": 0, "watch_processes": 0, "watch_memory": MEMORY}
    watch = Watch({"box": "/tmp", "watch_sockets": MEMORY, "oom_counters": [], **bounds})
    yield watch
    watch._sockets._kernel.close()


def test_sockets_that_fit_alone_are_counted_again_before_they_are_added_to_the_rest(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found in a test that failed once: six sockets, 16 MB each, were 96 of 96 MB and no reason to
    look again, and with what the program had they were more. The race is the kernel's: it cannot
    be had at will, so the counts are given."""
    counts = itertools.chain([MEMORY, MEMORY], itertools.repeat(0))
    monkeypatch.setattr(Sockets, "_count", lambda self: next(counts))
    assert watch.excess() == ""
    monkeypatch.setattr(Sockets, "_count", lambda self: MEMORY)
    assert watch.excess() == "memory"
