"""The host backend bounds time and output, and hides our keys; it promises nothing more."""

from __future__ import annotations

import pytest

from warehouse.errors import SandboxError
from warehouse.sandbox.host.backend import HostBackend
from warehouse.sandbox.sandbox import Limits

LIMITS = Limits(seconds=10, output_kb=4)


async def test_files_go_in_and_come_back(tmp_path) -> None:
    files = {"main.py": b"open('out', 'w').write(input())", "deep/er.txt": b"x"}
    async with await HostBackend().open(files, limits=LIMITS) as sandbox:
        result = await sandbox.exec(["python3", "main.py"], stdin=b"hello\n")
        assert result.ok, result
        assert await sandbox.read() == {**files, "out": b"hello"}
        assert await sandbox.read(["out"]) == {"out": b"hello"}


async def test_the_keys_of_its_user_are_not_in_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    async with await HostBackend().open({}, limits=LIMITS) as sandbox:
        result = await sandbox.exec(["python3", "-c", "import os; print(os.environ)"])
    assert "HOME" in result.stdout
    assert "sk-very-secret" not in result.stdout


async def test_time_and_output_are_bounded() -> None:
    async with await HostBackend().open({}, limits=LIMITS) as sandbox:
        result = await sandbox.exec(["sh", "-c", "yes"], seconds=0.5)
    assert result.timed_out and result.truncated
    assert result.exit_code == 137
    assert len(result.stdout) < 5_000


async def test_a_link_does_not_lead_a_file_outside(tmp_path) -> None:
    async with await HostBackend().open({}, limits=LIMITS) as sandbox:
        await sandbox.exec(["ln", "-s", str(tmp_path), "out"])
        with pytest.raises(SandboxError, match="cannot be put into a sandbox"):
            await sandbox.write({"out/x": b""})
        assert await sandbox.read() == {}
    assert not list(tmp_path.iterdir())


async def test_a_command_that_does_not_exist_is_a_result() -> None:
    async with await HostBackend().open({}, limits=LIMITS) as sandbox:
        assert (await sandbox.exec(["no-such-program"])).exit_code == 127
