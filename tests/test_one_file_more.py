"""A new language is one file, a new sandbox one and a line: followed in a copy of the house."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import ROOT
from tests.support.engine import give_up
from tests.support.sandboxes import make_backend

ROOMS = ("roles", "phases", "warehouse", "company", "tui", "softhouse")
STACKS = Path("warehouse", "sandbox", "stacks")
VERIFY = """if True:
    import asyncio, json, sys
    from pathlib import Path
    from company.deliverables.languages import language_of
    from company.lab.evaluation.parts import parts_of
    from tests.support.verifying import verified
    from warehouse.sandbox.bubblewrap.backend import BubblewrapBackend
    import warehouse

    files = {path: text.encode() for path, text in json.load(sys.stdin).items()}
    here = Path(sys.argv[1])
    execution = asyncio.run(verified(here, files, BubblewrapBackend(cache=here / "cache")))
    (main,) = [path for path in files if path.startswith("main.")]
    print(json.dumps({
        "house": warehouse.__path__[0],
        "checks": {check.name: check.ok for check in execution.checks},
        "reason": execution.reason,
        "language": language_of(main),
        "tests": list(parts_of({path: data.decode() for path, data in files.items()}).tests),
    }))
"""
SHELL = {
    "main.sh": 'main() { echo hello; }\nmain "$@"\n',
    "main_test.sh": '[ "$(sh main.sh)" = hello ]\n',
}
GO = {
    "go.mod": "module hello\n\ngo 1.19\n",
    "main.go": 'package main\n\nfunc greeting() string { return "hello" }\n\n'
    "func main() { println(greeting()) }\n",
    "main_test.go": 'package main\n\nimport "testing"\n\nfunc TestGreeting(t *testing.T) {\n'
    '\tif greeting() != "hello" {\n\t\tt.Fatal(greeting())\n\t}\n}\n',
}


OFFERED = """if True:
    import asyncio, json
    from company.cards.company_card import Defaults
    from company.cli.run import command
    from company.run_options import OVERRIDABLE
    from warehouse.sandbox.registry import survey
    import warehouse

    (option,) = [each for each in command.params if each.name == "sandbox"]
    print(json.dumps({
        "house": warehouse.__path__[0],
        "run": "jail" in option.type.choices,
        "cards": "jail" in Defaults.model_json_schema()["properties"]["sandbox"]["enum"],
        "forks": "jail" in OVERRIDABLE["sandbox"].option.choices,
        "doctor": asyncio.run(survey())["jail"],
    }))
"""
JAIL = """from warehouse.sandbox.host.backend import HostBackend


class JailBackend(HostBackend):
    name = "jail"
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house that does not know Go."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / "house" / room)
    (tmp_path / "house" / STACKS / "go.yaml").unlink()
    return tmp_path / "house"


@pytest.fixture
async def bubblewrap(tmp_path: Path) -> None:
    """Skips where it does not work."""
    await make_backend("bubblewrap", tmp_path)


def asked(house: Path, script: str, *arguments: str, stdin: str = "") -> dict[str, Any]:
    """What a script that runs in the house prints."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=house.parent,
        env={**os.environ, "PYTHONPATH": f"{house}:{ROOT}"},
        input=stdin,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    assert answer.pop("house") == str(house / "warehouse")
    return answer


def look(house: Path, files: dict[str, str]) -> dict[str, Any]:
    """What the house makes of a program."""
    place = house.parent / "verified"
    place.mkdir()
    return asked(house, VERIFY, str(place), stdin=json.dumps(files))


def test_a_language_without_a_card_is_not_run(house: Path, bubblewrap: None) -> None:
    assert look(house, GO) == {
        "checks": {},
        "reason": "nothing was run: there is no stack for its language",
        "language": "",
        "tests": [],
    }


def test_the_example_of_the_documents_is_all_that_a_language_needs(
    house: Path, bubblewrap: None
) -> None:
    page = (ROOT / "docs" / "stacks.md").read_text()
    (house / STACKS / "shell.yaml").write_text(page.split("```yaml\n", 1)[1].split("```")[0])
    assert look(house, SHELL) == {
        "checks": {"syntax": True, "tests": True, "start": True},
        "reason": "",
        "language": "sh",
        "tests": ["main_test.sh"],
    }


def test_go_is_added_by_its_card_alone(house: Path, bubblewrap: None) -> None:
    if shutil.which("go") is None:
        give_up("there is no go on this machine; .ci/packages.sh installs it")
    shutil.copy(ROOT / STACKS / "go.yaml", house / STACKS)
    assert look(house, GO) == {
        "checks": {"syntax": True, "tests": True, "build": True, "start": True},
        "reason": "",
        "language": "go",
        "tests": ["main_test.go"],
    }


def test_a_sandbox_is_added_by_its_folder_and_a_line_of_the_registry(house: Path) -> None:
    sandboxes = house / "warehouse" / "sandbox"
    (sandboxes / "jail").mkdir()
    (sandboxes / "jail" / "backend.py").write_text(JAIL)
    registry = sandboxes / "registry.py"
    line = '    "jail": BackendEntry("warehouse.sandbox.jail.backend", "JailBackend"),\n'
    first = '    "docker": BackendEntry('
    registry.write_text(registry.read_text().replace(first, line + first))
    assert asked(house, OFFERED) == {"run": True, "cards": True, "forks": True, "doctor": None}
