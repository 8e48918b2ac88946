"""At its end a run on a customer's program says where the work is and how it comes home, and it does."""

from pathlib import Path

import pytest

from tests.support.command_line import Softhouse, model_at, provider
from tests.support.histories import plain_git
from tests.support.scripted_company import file_block
from tests.support.taking_home import commit_all, lay, work_on

PROGRAM = file_block("hello.py", "print('hola')\n")


def test_the_words_at_the_end_of_a_run_take_its_work_home(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "hello.py").write_text("print('hello')\n")
    with provider(**{"Write the whole program": [PROGRAM]}) as server:
        how = ["--company", "solo", "--model", model_at(server), "--sandbox", "none"]
        done = softhouse("run", "Greet in Spanish", "--from", "theirs", "--plain", *how)
    assert done.code == 0, done.err
    (run,) = (tmp_path / "products").iterdir()
    assert f"Next      softhouse apply {run.name}   puts the work into {theirs}\n" in done.out
    note = f"softhouse export {run.name} --to patch"
    assert note in done.out
    assert note in softhouse("show", "last").out
    assert note in softhouse("show", "last", "--json").out

    assert (theirs / "hello.py").read_text() == "print('hello')\n"
    assert softhouse("apply", run.name).code == 0
    assert (theirs / "hello.py").read_text() == "print('hola')\n"


def test_a_program_at_an_address_comes_home_to_a_clone_of_it(
    softhouse: Softhouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOFTHOUSE_CACHE", str(tmp_path / "cache"))
    theirs = tmp_path / "theirs"
    lay(theirs, {"hello.py": b"print('hello')\n"})
    plain_git(theirs, "init", "--quiet")
    commit_all(theirs, "Begin")
    address = f"file://{theirs}"
    with provider(**{"Write the whole program": [PROGRAM]}) as server:
        how = ["--company", "solo", "--model", model_at(server), "--sandbox", "none"]
        done = softhouse("run", "Greet in Spanish", "--from", address, "--plain", *how)
    assert done.code == 0, done.err
    assert f"softhouse: fetching {address}\n" in done.err
    assert f"DIR   puts the work into your clone of {address}\n" in done.out
    assert address in softhouse("apply", "last").fails_with(2)
    assert softhouse("apply", "last", str(theirs)).code == 0
    assert (theirs / "hello.py").read_text() == "print('hola')\n"
    secret = softhouse("run", "Greet", "--from", "https://ada:hunter2@example.org/x", *how)
    assert "hunter2" not in secret.fails_with(2)


def test_a_run_from_elsewhere_does_not_choose_the_folder_that_is_changed(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    worked = work_on(tmp_path, {"a.py": b"1\n"}, {"a.py": b"2\n"})
    assert "softhouse apply RUN DIR" in softhouse("apply", "last").fails_with(2)
    assert (worked.clone / "a.py").read_bytes() == b"1\n"
