"""A system without the file locks of Unix is told in one sentence what to do."""

import subprocess
import sys

import pytest

from tests.support.command_line import ROOT

WITHOUT_LOCKS = (
    "import sys; sys.modules['fcntl'] = None; from softhouse.__main__ import main; main()"
)


@pytest.mark.parametrize("arguments", [["runs"], ["replay", "demo"], ["run", "x"], ["--help"]])
def test_without_file_locks_every_command_says_how_to_have_them(arguments: list[str]) -> None:
    command = [sys.executable, "-c", WITHOUT_LOCKS, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "WSL 2" in done.stderr
