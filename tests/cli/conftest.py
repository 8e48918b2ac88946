"""The command line in a folder of its own."""

from pathlib import Path

import pytest

from tests.support.command_line import Outcome, Softhouse, in_process


@pytest.fixture
def softhouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Softhouse:
    """Runs a command in an empty current folder, in this process."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = in_process(*arguments)
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return call
