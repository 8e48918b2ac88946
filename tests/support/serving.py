"""A window that is served, as a person starts it, and the processes behind it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.command_line import ROOT


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def eventually(condition: Callable[[], object]) -> None:
    """Wait for what another process does."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # another process sets no event of ours
            await asyncio.sleep(0.02)


def children(pid: int) -> list[int]:
    """The processes that a process has begun and that have not ended."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,stat=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    lines = (line.split() for line in listed.stdout.splitlines())
    return [int(child) for child, state in lines if not state.startswith("Z")]


@contextmanager
def watch_served(folder: Path, products: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """`softhouse watch --serve` as a person starts it, and the link it prints."""
    with subprocess.Popen(
        [sys.executable, "-m", "softhouse", "watch", "--serve", "--port", "0"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SOFTHOUSE_PRODUCTS": str(products)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.kill()
