"""What goes into a sandbox is of our own installation, wherever a person's Python looks for modules."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import ROOT
from warehouse.sandbox import toolbox as toolbox_module

WHAT_GOES_IN = (
    "import json, sys; {first}; from warehouse.sandbox.toolbox import toolbox, toolbox_version;"
    " print(json.dumps([{{k: str(v) for k, v in toolbox().items()}}, toolbox_version()]))"
)


@pytest.fixture
def strangers_folder(tmp_path: Path) -> Path:
    """A folder with everything that goes in, of another version, as if pip had put it there."""
    for name in ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments", "pyflakes"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('not ours')")
        info = tmp_path / f"{name}-999.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 999\n")
    (tmp_path / "py.py").write_text("raise SystemExit('not ours')")
    (tmp_path / "uv-999.dist-info").mkdir()
    (tmp_path / "uv-999.dist-info/METADATA").write_text("Name: uv\nVersion: 999\n")
    (tmp_path / "uv-999.dist-info/RECORD").write_text("bin/uv,,\n")
    return tmp_path


def what_goes_in(folder: Path, *, first: str = "pass", **environment: str) -> object:
    command = [sys.executable, "-c", WHAT_GOES_IN.format(first=first)]
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_nothing_is_taken_from_where_a_person_stands_or_points(
    strangers_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    usual = what_goes_in(tmp_path_factory.mktemp("empty"))
    folder = str(strangers_folder)
    assert what_goes_in(strangers_folder) == usual
    assert what_goes_in(strangers_folder, PYTHONPATH=f"{ROOT}:{folder}") == usual
    late = f"import warehouse; sys.path.insert(0, {folder!r})"
    assert what_goes_in(strangers_folder, first=late) == usual


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(toolbox_module, "_own_places", lambda: [str(tmp_path)])
    toolbox_module.toolbox.cache_clear()
    try:
        with pytest.raises(ModuleNotFoundError, match="pytest is missing; install softhouse again"):
            toolbox_module.toolbox()
    finally:
        toolbox_module.toolbox.cache_clear()
