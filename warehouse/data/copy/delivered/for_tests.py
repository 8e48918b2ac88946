"""Tests have copies of the databases, with invented rows, whatever the environment names."""

import os
import tempfile
from pathlib import Path

import database
import pytest

_FOLDER = tempfile.TemporaryDirectory()
for _name in database.names():
    # What is connected to while tests are looked for is no real database either.
    _copy = database.make_copy(_name, Path(_FOLDER.name) / f"{_name}.db")
    os.environ[database.variable(_name)] = str(_copy)


@pytest.fixture(autouse=True)
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fresh ones for each test."""
    for name in database.names():
        copy = database.make_copy(name, tmp_path / f"{name}.db")
        monkeypatch.setenv(database.variable(name), str(copy))
