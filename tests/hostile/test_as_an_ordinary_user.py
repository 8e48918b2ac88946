"""Attacks that need no second user are made again by an ordinary one."""

import sys

import pytest

from tests.support.command_line import ROOT
from tests.support.people import Person

FILES = ("cards", "strangers", "echoed_keys", "replies", "text", "files", "git", "served_window")
SECONDS = 900.0
"""For all attacks of a file, on a loaded machine."""


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_what_holds_for_whoever_tests_holds_for_an_ordinary_user(
    ordinary_user: Person, name: str
) -> None:
    with_other_users = "not ordinary"  # of those tests, this user could make nobody
    arguments = ["-q", "-p", "no:cacheprovider", "-k", with_other_users, "-x"]
    arguments += [f"--basetemp={ordinary_user.home / name}", f"tests/hostile/test_{name}.py"]
    done = ordinary_user.run(
        *(sys.executable, "-B", "-m", "pytest", *arguments),
        cwd=ROOT,
        seconds=SECONDS,
        HYPOTHESIS_STORAGE_DIRECTORY=str(ordinary_user.home / "hypothesis"),
    )
    assert done.code == 0, done.out[-3_000:]
    assert " passed" in done.out
