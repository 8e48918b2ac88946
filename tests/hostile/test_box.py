"""Programs that attack the sandbox they run in get nowhere, on each sandbox, as root and as an ordinary
user of this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.hostile.box_attacks import BOUNDS, PRELUDE, WALLS
from tests.support.canary import Canary, new_canary
from tests.support.people import (
    Person,
    myself,
    new_person,
    processes_of,
    why_nobody_can_be_made,
)

ATTACKERS = [
    "bubblewrap",
    "bubblewrap without control groups",
    "bubblewrap as an ordinary user",
    "docker",
    "docker as an ordinary user",
]


@dataclass(frozen=True)
class Attacker:
    """A process of a user of this machine that has sandboxes attacked from inside."""

    process: subprocess.Popen[bytes]
    canary: Canary
    kind: str
    is_ordinary: bool

    def attack(self, program: str, *, alone: bool) -> dict[str, Any]:
        program = PRELUDE + program.replace("CANARY", str(self.canary.root / "diary.txt"))
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"program": program, "alone": alone}).encode() + b"\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout
        answer: dict[str, Any] = json.loads(self.process.stdout.readline() or '{"ready": null}')
        return answer


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=[pytest.mark.slow, *([pytest.mark.engine] * ("docker" in name))])
        for name in ATTACKERS
    ],
)
def attacker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Attacker]:
    """One whose attacks, all together, leave private files as they were."""
    kind, _, ordinary = request.param.partition(" as ")
    canary = new_canary(tmp_path_factory.mktemp("private") / "files")
    if not ordinary:
        canary.root.parent.chmod(0o755)
    before = canary.state()
    with ExitStack() as until_the_end:
        person = myself(tmp_path_factory.mktemp("home"))
        if ordinary:
            person = until_the_end.enter_context(user_of(kind))
        command = (sys.executable, "-m", "tests.support.box_attacker", kind, str(person.home))
        process = until_the_end.enter_context(person.running(*command, SECRET="canary"))
        one = Attacker(process, canary, kind, bool(ordinary))
        if one.answer()["ready"] is None:
            pytest.skip(f"{kind} does not work here; its own tests say why")
        yield one
        assert process.stdin
        process.stdin.close()
        assert process.wait(60) == 0
        assert not ordinary or processes_of(person.uid) == set()
    assert canary.state() == before


@contextmanager
def user_of(kind: str) -> Iterator[Person]:
    """An ordinary user who may use such a sandbox: one more right than the others of the tests have."""
    if reason := why_nobody_can_be_made():
        pytest.skip(reason)
    with new_person() as person:
        if kind == "docker":
            subprocess.run(["usermod", "--append", "--groups", "docker", person.name], check=True)
        yield person


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_holds(attacker: Attacker, name: str) -> None:
    result = attacker.attack(WALLS[name], alone=False)
    assert result["stdout"].startswith("tried\n"), result
    assert "THROUGH" not in result["stdout"], result
    assert result["after"] == "alive\n", result


@pytest.mark.parametrize("name", BOUNDS)
def test_a_limit_holds(attacker: Attacker, name: str) -> None:
    result = attacker.attack(BOUNDS[name], alone=True)
    took_all = result["out_of_memory"] and "ended the sandbox it ran in" in result["stderr"]
    assert took_all or result["stdout"].startswith("tried\n"), result
    stopped = result["exit_code"] != 0 or result["out_of_memory"]
    assert stopped or "THROUGH" not in result["stdout"], result
    assert "alive\n" in result["after"] or "files" in result["after"], result
