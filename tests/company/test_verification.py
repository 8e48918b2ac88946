"""Verification: what a program does in the sandbox decides, never what anybody says of it."""

from pathlib import Path

import pytest

from company.engine.effects import Effects
from company.engine.state import State
from company.engine.workspace import verification
from company.engine.workspace.execution import Execution
from company.engine.workspace.verification import digest_of_files, verify
from company.engine.workspace.workbench import Workbench
from company.spec import Task
from warehouse.events import CommandResult, RunStarted, SandboxResult
from warehouse.events.effect import SANDBOX
from warehouse.journal.journal import SCHEMA, Journal, read_events
from warehouse.sandbox.registry import choose_backend

PASSING = "def test_it():\n    assert True\n"


async def run(folder: Path, **files: str) -> Execution:
    named = {name.replace("_py", ".py"): text.encode() for name, text in files.items()}
    journal = Journal.create(folder / "journal.jsonl")
    journal.append(RunStarted(schema=SCHEMA))
    backend = await choose_backend("bubblewrap")
    assert backend is not None
    try:
        state = State(Task("t"), files=named)
        return await verify(
            Effects(journal), "1.run_tests", state, Workbench(backend.name, backend, folder)
        )
    finally:
        await backend.close()
        journal.close()


@pytest.mark.parametrize(
    ("program", "ok", "remark"),
    [
        ("print('hi')", True, ""),
        ("input('name? ')", True, "asks for input"),
        ("import argparse; p = argparse.ArgumentParser(); p.add_argument('x'); p.parse_args()",
         True, "asks for arguments"),
        ("import sys; print('Usage: main.py N'); sys.exit(1)", True, "asks for arguments"),
        ("pass", None, "ends without a word when it is given nothing"),
        ("import sys; print('用法：main.py 文件'); sys.exit(1)", None,
         "ends with exit code 1 when it is given nothing, and with no sign of a fault"),
        ("import sys; sys.exit(1)", None,
         "ends with exit code 1 when it is given nothing, and with no sign of a fault"),
        ("from urllib.request import urlopen; urlopen('http://example.org')", None,
         "needs the network, which this sandbox does not have"),
        ("import sys; print('no traceback'); sys.exit(3)", False, "exit code 3"),
        ("1 / 0", False, "exit code 1"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", False, "killed by signal 11"),
        ("print('Usage: none'); raise ValueError", False, "exit code 1"),
        ("b = [bytearray(10**7) for _ in range(10**4)]", False, "used up the memory of the sandbox"),
    ],
)  # fmt: skip
async def test_the_start_is_judged_by_how_it_ends(
    tmp_path: Path, program: str, ok: bool | None, remark: str
) -> None:
    execution = await run(tmp_path, main_py=program)
    (start,) = [check for check in execution.checks if check.name == "start"]
    assert (start.ok, start.remark) == (ok, remark)
    assert execution.verified is bool(ok)


@pytest.mark.parametrize(
    ("program", "ok"),
    [
        ("while True: pass", None),
        ("import tkinter, time; time.sleep(60)", True),
    ],
)
async def test_what_does_not_end_is_well_only_if_it_is_there_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, ok: bool | None
) -> None:
    monkeypatch.setattr(verification, "START_SECONDS", 1.0)
    execution = await run(tmp_path, main_py=program)
    (start,) = [check for check in execution.checks if check.name == "start"]
    assert start.remark.startswith("still running after 1 s")
    assert start.ok is ok
    assert execution.ok


async def test_a_program_for_a_window_cannot_be_judged_without_a_display(tmp_path: Path) -> None:
    window = "raise RuntimeError('no display name and no $DISPLAY environment variable')"
    execution = await run(tmp_path, main_py=window)
    assert execution.checks[-1].ok is None
    assert not execution.verified


async def test_code_that_does_not_parse_is_not_run(tmp_path: Path) -> None:
    execution = await run(tmp_path, main_py="def f(:\n", test_main_py=PASSING)
    assert [(check.name, check.ok) for check in execution.checks] == [("syntax", False)]
    assert "main.py:1: SyntaxError" in execution.checks[0].output


async def test_a_name_that_is_nowhere_is_found_without_running_into_it(tmp_path: Path) -> None:
    program = "def main(total):\n    print(tip)\n\nprint('usage')\n"
    execution = await run(tmp_path, main_py=program)
    assert [(check.name, check.ok) for check in execution.checks] == [("syntax", False)]
    assert execution.checks[0].output == "main.py:2: NameError: name 'tip' is not defined"


async def test_names_that_come_with_python_or_from_a_star_are_left_alone(tmp_path: Path) -> None:
    program = "from math import *\nprint(pi, __file__, len(__name__))\n"
    execution = await run(tmp_path, main_py=program)
    assert execution.verified


@pytest.mark.parametrize(
    ("tests", "ok", "remark"),
    [
        (PASSING, True, "1 of 1 passed"),
        ("def test_it():\n    assert 1 == 2\n", False, "0 of 1 passed, 1 failed"),
        ("import nowhere_to_be_found\n", False, "0 of 1 passed, 1 failed"),
        ("x = 1\n", False, "the test files hold no tests"),
    ],
)
async def test_tests_are_judged_by_the_report_on_them(
    tmp_path: Path, tests: str, ok: bool, remark: str
) -> None:
    execution = await run(tmp_path, main_py="print(1)", test_main_py=tests)
    (check,) = [check for check in execution.checks if check.name == "tests"]
    assert (check.ok, check.remark) == (ok, remark)
    assert execution.verified is ok


async def test_the_same_files_are_not_run_twice_in_a_row(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path / "journal.jsonl")
    journal.append(RunStarted(schema=SCHEMA))
    backend = await choose_backend("bubblewrap")
    assert backend is not None
    state = State(Task("t"), files={"main.py": b"print(1)"})
    state.execution = await verify(
        Effects(journal), "1.a", state, Workbench(backend.name, backend, tmp_path)
    )
    assert (
        await verify(Effects(journal), "2.b", state, Workbench(backend.name, backend, tmp_path))
        is state.execution
    )
    state.files["main.py"] = b"print(2)"
    assert (
        await verify(Effects(journal), "3.c", state, Workbench(backend.name, backend, tmp_path))
        is not state.execution
    )
    await backend.close()


async def test_without_a_sandbox_nothing_is_run(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path / "journal.jsonl")
    execution = await verify(
        Effects(journal), "1.a", State(Task("t")), Workbench("none", None, tmp_path)
    )
    assert (execution.ran, execution.verified) == (False, False)
    assert execution.summary == "unseen: nothing was run: there is no sandbox"


async def test_commands_of_an_earlier_house_are_recalled_as_they_were(tmp_path: Path) -> None:
    """A later one may know better commands for the same files."""
    state = State(Task("t"), files={"main.py": b"print(1)"})
    journal = Journal.create(tmp_path / "journal.jsonl")
    journal.append(RunStarted(schema=SCHEMA))
    request = {
        "backend": "bubblewrap",
        "tree": digest_of_files(state.files),
        "stack": "python",
        "commands": {"syntax": ["an-older-checker", "main.py"]},
    }

    async def act() -> SandboxResult:
        argv = ("an-older-checker", "main.py")
        ran = CommandResult(argv, 0, "", "", 0.1, False, False, False)
        return SandboxResult(None, {"syntax": ran})

    await Effects(journal).perform(SANDBOX, "1.run_tests", request, act)
    journal.close()
    effects = Effects(None, read_events(tmp_path / "journal.jsonl"))

    execution = await verify(effects, "1.run_tests", state, Workbench("bubblewrap", None, tmp_path))

    assert [check.command for check in execution.checks] == ["an-older-checker main.py"]
    assert not effects.unasked()
