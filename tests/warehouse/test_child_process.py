"""What a stranger's folder and environment can do to the processes this program starts: nothing."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import ROOT
from warehouse import child_process
from warehouse.sandbox.package_settings import package_settings
from warehouse.sandbox.toolbox import toolbox

DOORS = {
    "warehouse/child_process.py",
    "warehouse/product/git/command.py",
    "warehouse/sandbox/steward/commands.py",  # inside of the sandbox
    "warehouse/sandbox/through_gateway.py",  # so is this
    "company/cli/sandbox/probes.py",  # and this, which tries the limits of one
    "warehouse/sandbox/testers/supervise.py",  # and this, which tells how tests went
    "warehouse/sandbox/testers/c_form.py",  # and this, which builds and runs tests in C
    "warehouse/sandbox/testers/junit_form.py",  # and this, which does so in Java
    "warehouse/sandbox/witness/inside/program.py",  # and this, which uses a program there
    "warehouse/sandbox/witness/inside/browser.py",  # and this, which opens a page there
}
WITHIN = "warehouse/sandbox/witness/inside"
"""All of it runs inside of the sandbox too."""
STARTERS = {
    "subprocess": {"run", "call", "check_call", "check_output", "Popen", "getoutput"},
    "asyncio": {"create_subprocess_exec", "create_subprocess_shell"},
    "os": {"system", "popen", "fork", "forkpty", "posix_spawn", "posix_spawnp", "execv", "execve"}
    | {"execvp", "execvpe", "execl", "execlp", "spawnv", "spawnl", "spawnvp", "startfile"},
    "pty": {"spawn", "fork"},
    "multiprocessing": {"Process", "Pool", "get_context"},
}
SHADOWED = (
    "pip",
    "random",
    "typing",
    "email",
    "locale",
    "json",
    "click",
    "pytest",
    "sitecustomize",
)


@pytest.fixture
def strangers_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder one stands in; whatever Python imports from it leaves a mark."""
    for name in SHADOWED:
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write('x')\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def starters_in(path: Path) -> set[str]:
    """The ways to start a process that a file names."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                names |= {f"{module}.{name}"} if name in STARTERS.get(module, ()) else set()
            case ast.ImportFrom(module=str(module), names=imported):
                known = STARTERS.get(module.partition(".")[0], set())
                names |= {f"{module}.{each.name}" for each in imported if each.name in known}
    return names


def test_no_other_file_starts_a_process() -> None:
    rooms = ("roles", "phases", "warehouse", "company", "tui", "softhouse")
    files = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    files = [path for path in files if path.parent != ROOT / WITHIN]
    starting = {str(path.relative_to(ROOT)) for path in files if starters_in(path)}

    assert len(files) > 100
    assert starting <= DOORS
    assert "warehouse/child_process.py" in starting


def test_a_module_of_ours_is_not_looked_for_where_one_stands(strangers_folder: Path) -> None:
    ended = child_process.run(child_process.python_module("pip", "--version"))

    assert (ended.exit_code, ended.output.split()[0]) == (0, "pip")
    assert not (strangers_folder / "ran").exists()


def test_nor_where_the_path_of_python_leads(
    strangers_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", ".")
    monkeypatch.setenv("PYTHONSTARTUP", "random.py")
    monkeypatch.syspath_prepend("")

    child_process.run(child_process.python_module("pip", "--version"))

    assert not (strangers_folder / "ran").exists()


def test_pip_is_asked_for_its_settings_without_running_what_lies_here(
    strangers_folder: Path,
) -> None:
    package_settings()

    assert not (strangers_folder / "ran").exists()


def test_the_command_imports_nothing_from_here(strangers_folder: Path) -> None:
    """As pip installs it: a script in a folder of its own."""
    script = strangers_folder / "bin/softhouse"
    script.parent.mkdir()
    script.write_text("from softhouse.__main__ import main\nmain()\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script), "doctor"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)

    assert "git" in ended.stdout, ended.stderr
    assert not (strangers_folder / "ran").exists()


def test_what_goes_into_a_sandbox_is_of_our_own_installation(
    strangers_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(strangers_folder))

    assert not any(place.is_relative_to(strangers_folder) for place in toolbox().values())


def test_a_child_knows_the_everyday_and_what_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "also-secret")
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.invalid/simple")

    bare = child_process.run(["env"]).output
    named = child_process.run(
        ["env"], environment=child_process.own_environment(["PIP_INDEX_URL"])
    ).output

    assert "secret" not in bare and "secret" not in named
    assert "PIP_INDEX_URL" not in bare and "PIP_INDEX_URL=https://index.invalid/simple" in named
    assert f"HOME={os.environ['HOME']}" in bare


def test_programs_are_not_looked_for_where_one_stands(
    strangers_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = strangers_folder / "git"
    fake.write_text("#!/bin/sh\ntouch ran\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f".::{os.environ['PATH']}")

    ended = child_process.run(["git", "--version"])

    assert ended.output.startswith("git version")
    assert not (strangers_folder / "ran").exists()


def test_a_child_that_does_not_end_is_ended() -> None:
    with pytest.raises(TimeoutError, match=r"sleep did not end within 0\.1 s"):
        child_process.run(["sleep", "60"], seconds=0.1)
