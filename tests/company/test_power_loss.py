"""After a power loss a run is resumed to the product it would have had, whatever did not reach the disk.

What was waited for is there: the journal up to its last recorded effect, and the commits it names.
The rest may be old, empty, cut short or full of NULs. Each run is killed once its last commit is
made and before that is recorded, and then loses something more.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.command_line import as_process, provider
from tests.support.graveyard import Graveyard, Past
from tests.support.mortal import Death
from tests.support.scripted_company import A_REVIEW_THAT_HELPS
from warehouse.journal.journal import FILE_NAME

UNRECORDED = 3
"""The commit that was made and not recorded, counted from 1: that of the tests."""


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graveyard]:
    folder = tmp_path_factory.mktemp("power")
    with (
        provider(**A_REVIEW_THAT_HELPS) as serving,
        Graveyard.open(folder, serving, "default") as yard,
    ):
        yield yard


def recorded_objects(run: Path) -> set[Path]:
    """The objects that the last recorded commit needs, which are on the disk."""
    journal = (run / FILE_NAME).read_text()
    sha = journal.rpartition('"sha":"')[2][:40]
    listed = subprocess.run(
        ["git", "rev-list", "--objects", sha],
        cwd=run / "product",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    ids = [line.split()[0] for line in listed.splitlines()]
    return {run / "product/.git/objects" / name[:2] / name[2:] for name in ids}


def lost_objects(run: Path) -> list[Path]:
    kept = recorded_objects(run)
    return [path for path in (run / "product/.git/objects").glob("??/*") if path not in kept]


def nothing_more(run: Path) -> None:
    pass


def the_index_is_empty(run: Path) -> None:
    (run / "product/.git/index").write_bytes(b"")


def the_index_is_cut_short(run: Path) -> None:
    index = run / "product/.git/index"
    os.truncate(index, index.stat().st_size * 2 // 3)


def the_files_are_gone(run: Path) -> None:
    for path in (run / "product").iterdir():
        if path.name != ".git":
            path.unlink()


def the_files_are_empty_or_nuls(run: Path) -> None:
    for path in (run / "product").glob("*.py"):
        path.write_bytes(b"" if path.name == "main.py" else bytes(path.stat().st_size))


def a_file_is_as_it_was_before(run: Path) -> None:
    (run / "product/tip.py").write_text((run / "product/report.py").read_text())


def the_unrecorded_objects_are_empty(run: Path) -> None:
    for path in lost_objects(run):
        path.chmod(0o644)
        path.write_bytes(b"")


def the_unrecorded_objects_are_gone(run: Path) -> None:
    for path in lost_objects(run):
        path.unlink()


def the_branch_is_empty(run: Path) -> None:
    (run / "product/.git/refs/heads/main").write_bytes(b"")


def the_branch_is_gone(run: Path) -> None:
    (run / "product/.git/refs/heads/main").unlink()


def locks_are_left(run: Path) -> None:
    for name in ("index.lock", "HEAD.lock", "refs/heads/main.lock", "refs/tags/6.review.lock"):
        (run / "product/.git" / name).touch()


def the_journal_ends_in_nuls(run: Path) -> None:
    with (run / FILE_NAME).open("ab") as journal:
        journal.write(bytes(4096))


def the_journals_last_line_is_nuls(run: Path) -> None:
    journal = run / FILE_NAME
    raw = journal.read_bytes()
    start = raw.rindex(b"\n", 0, -1) + 40
    journal.write_bytes(raw[:start] + bytes(len(raw) - 1 - start) + b"\n")


def everything_at_once(run: Path) -> None:
    for damage in (
        the_unrecorded_objects_are_empty,
        the_files_are_empty_or_nuls,
        the_index_is_cut_short,
        the_branch_is_empty,
        locks_are_left,
        the_journals_last_line_is_nuls,
        the_journal_ends_in_nuls,
    ):
        damage(run)


@pytest.mark.parametrize(
    "damage",
    [
        nothing_more,
        the_index_is_empty,
        the_index_is_cut_short,
        the_files_are_gone,
        the_files_are_empty_or_nuls,
        a_file_is_as_it_was_before,
        the_unrecorded_objects_are_empty,
        the_unrecorded_objects_are_gone,
        the_branch_is_empty,
        the_branch_is_gone,
        locks_are_left,
        the_journal_ends_in_nuls,
        the_journals_last_line_is_nuls,
        everything_at_once,
    ],
)
def test_the_product_is_what_it_would_have_been(
    yard: Graveyard, damage: Callable[[Path], None]
) -> None:
    past = yard.kill(damage.__name__, "default", Death("commit", UNRECORDED))
    damage(past.run)
    yard.resume(yard.look_at(past.name, past.company, past.run))
    assert clean(past) == ""


def clean(past: Past) -> str:
    """What the customer's own git finds amiss."""
    product = past.run / "product"
    found = ""
    for command in (["status", "--porcelain"], ["fsck", "--strict", "--no-dangling"]):
        done = subprocess.run(
            ["git", "-c", "safe.directory=*", *command],
            cwd=product,
            capture_output=True,
            text=True,
            check=False,
        )
        found += done.stdout + done.stderr
    return found


def test_without_its_git_repository_the_run_says_what_is_missing(yard: Graveyard) -> None:
    past = yard.kill("gone", "default", Death("commit", UNRECORDED))
    shutil.rmtree(past.run / "product/.git/objects")
    (past.run / "product/.git/objects").mkdir()
    said = as_process("resume", str(past.run), cwd=past.run).fails_with(2)
    assert "lacks the commit" in said
    assert "Put a copy of it there, then resume" in said
