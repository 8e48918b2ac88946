"""A systemd scope holds a sandbox where this user's manager gives one; a stand-in answers for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from warehouse import child_process
from warehouse.sandbox.bubblewrap import scope
from warehouse.sandbox.sandbox import Limits

STAND_IN = """#!/bin/sh
echo "$@" >> "$0.asked"
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One on which this user has a manager, with everything it can hold."""
    uid = os.getuid()
    manager = tmp_path / "cgroup" / "user.slice" / f"user-{uid}.slice" / f"user@{uid}.service"
    manager.mkdir(parents=True)
    (manager / "cgroup.controllers").write_text("cpu memory pids\n")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "bus").touch()
    (tmp_path / "bin").mkdir()
    stand_in = tmp_path / "bin" / "systemd-run"
    stand_in.write_text(STAND_IN)
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setattr(scope, "ROOT", tmp_path / "cgroup")
    return tmp_path


def test_a_command_is_started_in_a_scope_with_the_limits(machine: Path) -> None:
    made = scope.make_scope(Limits(memory_mb=100, disk_mb=40, processes=20, cpus=1.5))
    assert made is not None and made.holds_cpus
    started = child_process.run(made.around(["echo", "inside"]), environment=made.environment)
    assert started.output == "inside\n"
    asked = (machine / "bin" / "systemd-run.asked").read_text().splitlines()[-1]
    for word in ("--user --scope", f"--unit {made.unit}", "MemoryMax=150M", "MemorySwapMax=0"):
        assert word in asked
    assert "TasksMax=22" in asked and "CPUQuota=150%" in asked
    assert made.oom_counter.is_relative_to(machine / "cgroup")
    assert made.oom_counter.parts[-2:] == (made.unit, "memory.events")


def test_each_sandbox_has_a_scope_of_its_own(machine: Path) -> None:
    first, second = scope.make_scope(Limits()), scope.make_scope(Limits())
    assert first and second and first.unit != second.unit


@pytest.mark.parametrize("offered", ["", "cpu pids", "cpu memory"])
def test_a_manager_that_cannot_hold_memory_and_processes_holds_nothing(
    machine: Path, offered: str
) -> None:
    next(machine.rglob("cgroup.controllers")).write_text(offered)
    assert scope.make_scope(Limits()) is None


def test_without_its_controller_processors_are_not_the_manager_s(machine: Path) -> None:
    next(machine.rglob("cgroup.controllers")).write_text("memory pids")
    made = scope.make_scope(Limits())
    assert made is not None and not made.holds_cpus


@pytest.mark.parametrize("missing", ["run/bus", "bin/systemd-run", "cgroup/user.slice"])
def test_where_something_is_missing_there_is_no_scope(
    machine: Path, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (machine / missing).rename(machine / "gone")
    monkeypatch.setenv("PATH", str(machine / "bin"))
    assert scope.make_scope(Limits()) is None


def test_a_manager_that_denies_is_not_asked_again(machine: Path) -> None:
    (machine / "bin" / "systemd-run").write_text('#!/bin/sh\necho "$@" >> "$0.asked"\nexit 1\n')
    assert scope.make_scope(Limits()) is None and scope.make_scope(Limits()) is None
    assert len((machine / "bin" / "systemd-run.asked").read_text().splitlines()) == 1
