"""What keeps strangers out costs a person at home nothing: their own runs, folders and batches ask nothing."""

import os
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from company.models.origins import origin_of
from company.rights import MADE_ELSEWHERE
from tests.support.at_home import Desk, at_desk_of
from tests.support.command_line import model_at, provider
from tests.support.people import Person, myself
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider

PROGRAM = file_block("main.py", "print('hello')\n")
BEGUN = 3
"""Events until the first call is made."""


@pytest.fixture
def serving() -> Iterator[ScriptedProvider]:
    with provider(**{"Write the whole program": [PROGRAM]}) as server:
        yield server


@pytest.fixture
def person(request: pytest.FixtureRequest, tmp_path: Path) -> Person:
    """Somebody with no rights but their own: who tests, unless that is root."""
    if os.getuid() != 0:
        return myself(tmp_path)
    ordinary: Person = request.getfixturevalue("ordinary_user")
    return ordinary


@pytest.fixture
def desk(person: Person) -> Iterator[Desk]:
    with at_desk_of(person) as desk:
        yield desk


def cut(run: Path) -> None:
    """What a run was before its first call."""
    journal = run / "journal.jsonl"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:BEGUN]))


@pytest.mark.slow  # six commands, of which two write a report
def test_ones_own_runs_folders_and_batches_ask_nothing(
    desk: Desk, person: Person, serving: ScriptedProvider
) -> None:
    own = desk.folder / "own"
    own.mkdir()
    (own / "main.py").write_text("print('my own')\n")
    (desk.folder / "tasks.txt").write_text("Say hello\nSay goodbye\n")
    person.owns(own)
    how = ["--company", "solo", "--model", model_at(serving), "--sandbox", "none"]
    batch = ["batch", "tasks.txt", *how, "--plain"]

    def does(*arguments: str) -> None:
        calls = len(serving.calls)
        done = desk.softhouse(*arguments)
        assert done.code == 0, done.err
        assert "llow" not in done.out + done.err
        assert len(serving.calls) > calls

    does("run", "Say hello", *how)
    cut(*(desk.folder / "products").iterdir())
    does("resume", "last")
    does("fork", "last", "--at", "1")
    does("run", "Say more", "--from", "own", *how)
    does(*batch)
    for run in (desk.folder / "batches/tasks/runs").iterdir():
        cut(run)
    does(*batch)


def test_a_run_that_was_copied_to_another_machine_asks_once(
    desk: Desk, person: Person, serving: ScriptedProvider
) -> None:
    how = ["--company", "solo", "--model", model_at(serving), "--sandbox", "none"]
    done = desk.softhouse("run", "Say hello", *how)
    assert done.code == 0, done.err
    (run,) = (desk.folder / "products").iterdir()
    shutil.copytree(run, copy := desk.folder / "copy" / run.name)
    person.owns(copy.parent)
    cut(copy)
    there = {"SOFTHOUSE_STATE": str(desk.folder / "state of the other machine")}

    asked = desk.softhouse("resume", str(copy), **there).fails_with(2).split()
    wanted = {value for option, value in pairwise(asked) if option == "--allow"}
    assert wanted == {MADE_ELSEWHERE, origin_of(serving.url)}
    allowed = [word for value in sorted(wanted) for word in ("--allow", value)]
    assert desk.softhouse("resume", str(copy), *allowed).code == 0

    for again in (["resume", str(copy)], ["fork", str(copy), "--at", "1"]):
        done = desk.softhouse(*again)
        assert done.code == 0, done.err
