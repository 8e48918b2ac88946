"""Packages of a Python product that a tool would link to each other: those that pyproject.toml names, and no others."""

from pathlib import Path

import pytest

from warehouse.sandbox.testers.pytest_report import linked_folders


@pytest.mark.parametrize(
    ("says", "found"),
    [
        ("", []),
        ('[tool.uv.workspace]\nmembers = ["packages/*", "../*", "", 5]\n', ["packages/core/src", "packages/flat"]),
        ('[tool.uv.sources]\ntip-core = {path = "packages/core"}\n', ["packages/core/src"]),
        ('[tool.poetry.group.test.dependencies]\ntip-core = {path = "packages/flat/"}\n', ["packages/flat"]),
        ('[tool.uv.sources]\nhere = {path = "."}\naway = {path = "/usr/lib"}\nghost = {path = "ghost"}\n', []),
        ('tool = "none"\n', []),
        ("[tool.uv", []),
    ],
)  # fmt: skip
def test_only_what_the_project_names_and_has_is_linked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, found: list[str]
) -> None:
    product = tmp_path / "product"
    for folder in ("packages/core/src", "packages/flat", "packages/.hidden", "examples/demo"):
        (product / folder).mkdir(parents=True)
        (product / folder / "pyproject.toml").touch()
    (product / "pyproject.toml").write_text(says)
    monkeypatch.chdir(product)
    assert linked_folders() == [str(product / each) for each in found]
