"""softhouse is killed while a sandbox of bubblewrap is being made: nothing of it stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import ROOT
from tests.support.left_behind import descendants, stand_apart
from tests.support.waiting import all_ended, comes_about
from warehouse.sandbox.bubblewrap.users import may_map

DIES = """
import asyncio, os, sys, time
from tests.support.left_behind import descendants
from tests.warehouse.test_bubblewrap_start_killed import OF_A_SANDBOX
from warehouse.sandbox.bubblewrap import link
from warehouse.sandbox.bubblewrap.backend import BubblewrapBackend

async def main():
    backend = BubblewrapBackend()
    assert await backend.available() is None
    MOMENT
    print(flush=True)
    await backend.open({})

def wait_to_be_killed(*_):
    while len(begun := descendants(os.getpid())) < OF_A_SANDBOX:
        time.sleep(0.01)
    print(*begun, flush=True)
    sys.stdin.read()

asyncio.run(main())
"""
OF_A_SANDBOX = 2
"""Processes: `bwrap` itself, and the one that becomes the first inside."""
MOMENTS = {
    "its users are not mapped yet": "link._map_users = wait_to_be_killed",
    "its first process is not known yet": "link._first_process = wait_to_be_killed",
}


STARTS_LATE = """
import asyncio, sys
from warehouse.sandbox.bubblewrap.backend import BubblewrapBackend

async def main():
    backend = BubblewrapBackend()
    assert await backend.available() is None
    print(backend._bwrap, flush=True)
    backend._bwrap = sys.stdin.readline().strip()
    await backend.open({})

asyncio.run(main())
"""


def test_one_that_starts_when_softhouse_is_gone_ends_too(tmp_path: Path) -> None:
    """Found: `bwrap` died of telling nobody of its first process, which waited for it for ever."""
    stand_apart()
    before = descendants(os.getpid())
    gate, started, late = (tmp_path / name for name in ("gate", "started", "late-bwrap"))
    os.mkfifo(gate)
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_LATE],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        bwrap = process.stdout.readline().strip()
        late.write_text(
            f'#!/bin/sh\n/bin/echo $$ >{started}\nread word <{gate}\nexec {bwrap} "$@"\n'
        )
        late.chmod(0o755)
        process.stdin.write(f"{late}\n")
        process.stdin.flush()
        assert comes_about(lambda: started.exists() and started.read_text().strip())
        process.kill()
    gate.write_text("go\n")
    assert all_ended({int(started.read_text())})
    assert all_ended(descendants(os.getpid()) - before)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_sandbox_that_is_being_made_ends_with_softhouse(moment: str) -> None:
    if "users" in moment and not may_map():
        pytest.skip("only root shows a sandbox a second user")
    with subprocess.Popen(
        [sys.executable, "-c", DIES.replace("MOMENT", MOMENTS[moment])],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=Path("/"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"\n"
        begun = {int(word) for word in process.stdout.readline().split()}
        assert len(begun) == OF_A_SANDBOX
        process.kill()
    assert all_ended(begun)
