"""The comparison of before and after sees what an attack leaves: each kind is left once."""

from __future__ import annotations

import ctypes
import os
import platform
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.canary import Canary, new_canary
from tests.support.left_behind import SHARED_MEMORY, new_since, remains
from tests.support.people import Person, processes_of

WAITING = "import sys; sys.stdin.read()"


def test_a_process_that_fled_from_its_parents_is_seen() -> None:
    fled = "import os; os.fork() and os._exit(0); os.setsid(); import sys; sys.stdin.read()"
    before = remains(())
    with subprocess.Popen([sys.executable, "-c", fled], stdin=subprocess.PIPE):
        assert list(new_since(before, (), patience=0.5)) == ["processes"]
    assert new_since(before, ()) == {}


def test_a_process_of_an_ordinary_user_is_seen(ordinary_user: Person) -> None:
    before = remains([ordinary_user.uid])
    with ordinary_user.running(sys.executable, "-c", f"print(flush=True); {WAITING}") as process:
        assert process.stdout and process.stdout.readline()
        assert processes_of(ordinary_user.uid) == {process.pid}
        assert list(new_since(before, [ordinary_user.uid], patience=0)) == ["processes"]


def test_shared_memory_without_an_owner_is_seen() -> None:
    before = remains(())
    lost = SHARED_MEMORY / f"softhouse-{os.getpid()}"
    lost.write_text("nobody has this open")
    try:
        assert new_since(before, (), patience=0) == {"shared memory": [str(lost)]}
    finally:
        lost.unlink()


def test_a_key_is_seen() -> None:
    libc, numbers = ctypes.CDLL(None), {"x86_64": (248, 250), "aarch64": (217, 219)}
    add_key, keyctl = numbers[platform.machine()]
    before = remains(())
    key = libc.syscall(add_key, b"user", b"left behind", b"x", 1, -3)
    assert new_since(before, (), patience=0) == {"keys": [f"-3: {key}"]}
    libc.syscall(keyctl, 9, key, -3)  # KEYCTL_UNLINK


def test_a_listening_socket_is_seen() -> None:
    before = remains(())
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert new_since(before, (), patience=0) == {
            "listening sockets": [f"tcp 0100007F:{server.getsockname()[1]:04X}"]
        }


@pytest.mark.parametrize("path", ["diary.txt", "empty.txt", "repository/.git/HEAD"])
def test_a_canary_that_lost_a_file_is_seen(tmp_path: Path, path: str) -> None:
    canary = new_canary(tmp_path / "another")
    before = canary.state()
    (canary.root / path).unlink()
    assert canary.state() != before


def test_an_ordinary_user_reads_the_program_but_no_private_file(
    ordinary_user: Person, canary: Canary
) -> None:
    assert ordinary_user.softhouse("--version").code == 0
    numbers = "import os; print(*os.getresuid(), *os.getresgid(), *os.getgroups())"
    who = ordinary_user.run(sys.executable, "-c", numbers)
    assert set(who.out.split()) == {str(ordinary_user.uid)}
    assert ordinary_user.run("cat", str(canary.root / "diary.txt")).code != 0
    assert "CapBnd:\t0000000000000000" in ordinary_user.run("cat", "/proc/self/status").out
