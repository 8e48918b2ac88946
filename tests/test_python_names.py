"""The names that scripts use: all of them are there, typed, documented, and cost nothing until used."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import softhouse
from tests.support.command_line import ROOT
from tests.support.houses import house
from tests.support.scripted_provider import ScriptedProvider

MAIN = "### main.py\n```python\nprint('<b>tip</b>', 60)\n```\n"
HEAVY = ("openai", "textual", "docker", "git", "jinja2", "company.engine.run", "tui")


def test_each_name_is_what_its_home_calls_by_it() -> None:
    for name, home in softhouse.HOMES.items():
        assert getattr(softhouse, name) is getattr(__import__(home, fromlist=[name]), name)
    assert dir(softhouse) == sorted(softhouse.__all__)


def test_type_checkers_are_told_the_same_names_and_homes() -> None:
    tree = ast.parse((ROOT / "softhouse/__init__.py").read_text())
    (told,) = (node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in told.body if isinstance(node, ast.ImportFrom)]
    assert {alias.name: node.module for node in imports for alias in node.names} == softhouse.HOMES


def test_each_name_stands_in_the_documentation() -> None:
    text = (ROOT / "docs/python.md").read_text("utf-8")
    table = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    assert {name for cell in table for name in re.findall(r"`(\w+)`", cell)} == set(softhouse.HOMES)


def test_importing_it_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        f"import json, sys, softhouse; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    )
    done = python(code, tmp_path)
    assert json.loads(done.stdout) == []


def test_a_stranger_of_the_same_name_is_named(tmp_path: Path) -> None:
    (tmp_path / "company").mkdir()
    (tmp_path / "company/__init__.py").touch()
    done = python("from softhouse import Company", tmp_path)
    assert done.returncode == 1
    assert (
        f"{tmp_path / 'company'} was found where softhouse keeps its own 'company'" in done.stderr
    )
    ahead = f"import sys; sys.path.insert(0, {str(tmp_path)!r});"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = python(f"{ahead} import softhouse.__main__ as m; m.main()", elsewhere)
    assert done.stderr.startswith("softhouse: ") and "or rename that one" in done.stderr


def test_the_command_looks_for_nothing_in_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "company").mkdir()
    (tmp_path / "company/__init__.py").touch()
    done = python("import softhouse.__main__ as m; m.main()", tmp_path)
    assert done.stderr.startswith("Usage: softhouse")


async def test_a_run_is_read_through_gitpython_and_shown_in_a_notebook(tmp_path: Path) -> None:
    async with ScriptedProvider([MAIN]) as provider:
        run = await house(tmp_path, provider, "solo").work(
            "a <i>tip</i> calculator", products=tmp_path / "products", sandbox="none"
        )
    (commit,) = run.repo.iter_commits()
    assert (commit.author.name, run.repo.git.show("HEAD:main.py")) == (
        "Programmer",
        "print('<b>tip</b>', 60)",
    )
    run.repo.close()
    shown = run._repr_html_()
    assert "a &lt;i&gt;tip&lt;/i&gt; calculator" in shown
    assert "1 call" in shown and "<i>" not in shown
    assert run.usage.calls == 1


def python(code: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Python run in a folder, whose packages come before ours."""
    path = os.pathsep.join((str(folder), str(ROOT)))
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
