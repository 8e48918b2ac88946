"""What every backend of the registry promises, whether it isolates or not.

What those promise besides that isolate is in test_sandbox_contract.py.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.sandboxes import make_backend
from warehouse.errors import SandboxError
from warehouse.sandbox.registry import BACKENDS
from warehouse.sandbox.sandbox import Limits, SandboxBackend
from warehouse.sandbox.stacks.cards import stacks

LIMITS = Limits(seconds=20, output_kb=4)
FILES = {"main.py": b"print(input())\n", "deep/\u00fcbung.bin": bytes(range(256)), "empty": b""}


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.engine if name == "docker" else ())
        for name in BACKENDS
    ]
)
async def backend(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SandboxBackend]:
    backend = await make_backend(request.param, tmp_path)
    assert backend.name == request.param
    yield backend
    await backend.close()


async def test_it_is_usable_and_can_be_told_from_another(backend: SandboxBackend) -> None:
    assert await backend.available() is None
    assert (await backend.fingerprint()).startswith(backend.name)
    assert await backend.find_installed("0" * 32) is None


async def test_files_go_in_are_used_and_come_back(backend: SandboxBackend) -> None:
    async with await backend.open(FILES, limits=LIMITS) as sandbox:
        assert sandbox.name == backend.name
        result = await sandbox.exec(["python3", "main.py"], stdin="blå\n".encode())
        assert (result.ok, result.stdout) == (True, "blå\n")
        await sandbox.write({"main.py": b"", "more/new": b"1"})
        assert await sandbox.read() == {**FILES, "main.py": b"", "more/new": b"1"}
        assert await sandbox.read(["more/new", "missing"]) == {"more/new": b"1"}


@pytest.mark.parametrize("path", ["/etc/x", "../x", "a/../../x", ""])
async def test_a_path_outside_is_refused(backend: SandboxBackend, path: str) -> None:
    async with await backend.open({}, limits=LIMITS) as sandbox:
        with pytest.raises(SandboxError, match="cannot be put into a sandbox"):
            await sandbox.write({path: b""})


async def test_a_command_s_end_is_told(backend: SandboxBackend) -> None:
    async with await backend.open({}, limits=LIMITS) as sandbox:
        ended = await sandbox.exec(["sh", "-c", "echo out; echo err >&2; exit 3"])
        killed = await sandbox.exec(["sh", "-c", "kill -9 $$"])
        missing = await sandbox.exec(["no-such-program"])
    assert (ended.exit_code, ended.stdout, ended.stderr) == (3, "out\n", "err\n")
    assert (killed.exit_code, missing.exit_code) == (137, 127)
    assert not (ended.ok or killed.ok or missing.ok)


async def test_time_and_output_are_bounded(backend: SandboxBackend) -> None:
    async with await backend.open({}, limits=LIMITS) as sandbox:
        result = await sandbox.exec(["sh", "-c", "yes"], seconds=0.5)
    assert result.timed_out
    assert result.truncated
    assert len(result.stdout) < LIMITS.output_kb * 1024 + 100


async def test_variables_of_a_language_and_of_a_command_arrive(backend: SandboxBackend) -> None:
    stack = stacks()["javascript"].model_copy(update={"environment": {"OF_LANGUAGE": "1"}})
    async with await backend.open({}, stack=stack, limits=LIMITS) as sandbox:
        result = await sandbox.exec(
            ["sh", "-c", "echo $OF_LANGUAGE $OF_COMMAND"], env={"OF_COMMAND": "2"}
        )
    assert result.stdout == "1 2\n"


async def test_no_key_of_ours_is_in_the_environment(
    backend: SandboxBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    async with await backend.open({}, limits=LIMITS) as sandbox:
        result = await sandbox.exec(["env"])
    assert "PATH=" in result.stdout
    assert "sk-very-secret" not in result.stdout


async def test_stop_twice_is_stop_once(backend: SandboxBackend) -> None:
    sandbox = await backend.open(FILES, limits=LIMITS)
    await sandbox.stop()
    await sandbox.stop()
