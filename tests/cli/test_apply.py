"""`softhouse apply`: a run's work in the customer's own folder, whole or not at all."""

import os
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from company.cli.export.work import Work, work_of
from company.cli.opened import OpenedRun
from tests.support.command_line import Softhouse
from tests.support.histories import plain_git
from tests.support.taking_home import Worked, lay, tree_of, work_on
from warehouse.errors import ProductError
from warehouse.journal.journal import read_events
from warehouse.product.git.changes import FileChange, Version
from warehouse.product.taking_home.place import alone_in, place
from warehouse.product.taking_home.plan import Placing, plan

BEFORE = {
    "hello.py": b"print('hello')\n",
    "src/deep/gone.py": b"pass\n",
    "windows.txt": b"one\r\ntwo\r\n",
    "tool.sh": b"echo\n",
    "a file": b"to become a folder\n",
    "folder/in it.txt": b"to become a file\n",
    "same.txt": b"same\n",
    ".gitignore": b"dist/\n.env\n",
}
CHANGE = {
    "hello.py": "print('¡hola!')\n".encode(),
    "src/deep/gone.py": None,
    "new/ünder/it.py": b"1\n",
    "windows.txt": b"1\r\ntwo\r\n",
    "tool.sh": b"#!/bin/sh\necho\n",
    "a file": None,
    "a file/in it": b"x",
    "folder/in it.txt": None,
    "folder": b"y",
}


State = dict[str, tuple[int, object]]


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    change = dict(CHANGE)
    in_the_way = {"a file/in it": change.pop("a file/in it"), "folder": change.pop("folder")}
    made = work_on(tmp_path_factory.mktemp("worked") / "place", BEFORE, change)
    (made.product / "folder").rmdir()
    lay(made.product, in_the_way)
    plain_git(made.product, "add", "--all")
    plain_git(made.product, "commit", "--quiet", "--amend", "--no-edit")
    return made


@pytest.fixture
def worked(made_once: Worked, tmp_path: Path) -> Worked:
    place = made_once.clone.parent
    shutil.copytree(place, tmp_path, dirs_exist_ok=True)
    return Worked(tmp_path / "theirs", tmp_path / made_once.run.relative_to(place))


def state_of(folder: Path) -> State:
    """Everything below a folder but git's own: its kind and mode, and what a file or a link holds."""
    inside = (path for path in folder.rglob("*") if ".git" not in path.relative_to(folder).parts)
    return {str(path): (path.lstat().st_mode, _held(path)) for path in inside}


def _held(path: Path) -> object:
    if path.is_symlink():
        return path.readlink()
    return path.read_bytes() if path.is_file() else None


def tree_in(folder: Path) -> str:
    """The id of the tree that git would make of a folder as it lies there."""
    plain_git(folder, "add", "--all")
    return plain_git(folder, "write-tree").strip()


def test_the_folder_holds_what_the_product_holds_and_nothing_is_committed(
    softhouse: Softhouse, worked: Worked
) -> None:
    before = plain_git(worked.clone, "rev-parse", "HEAD")
    done = softhouse("apply", "last", str(worked.clone))
    assert done.code == 0, done.err
    assert "changed  hello.py\n" in done.out
    assert "removed  src/deep/gone.py\n" in done.out
    assert "new      new/ünder/it.py\n" in done.out
    assert plain_git(worked.clone, "diff", "--cached", "--name-only") == ""
    assert plain_git(worked.clone, "rev-parse", "HEAD") == before
    assert not (worked.clone / "src").exists()
    assert tree_in(worked.clone) == tree_of(worked.product)


def test_what_else_is_changed_there_stays_and_a_second_time_changes_nothing(
    softhouse: Softhouse, worked: Worked
) -> None:
    lay(worked.clone, {"same.txt": b"mine, uncommitted\n", "untracked.txt": b"mine\n"})
    softhouse("apply", "last", str(worked.clone))
    assert (worked.clone / "same.txt").read_bytes() == b"mine, uncommitted\n"
    once = state_of(worked.clone)
    again = softhouse("apply", "last", str(worked.clone))
    assert again.code == 0
    assert "9 of the changes were there already" in again.out
    assert state_of(worked.clone) == once


def test_lines_that_the_customers_git_ends_as_windows_does_stay_so(
    softhouse: Softhouse, worked: Worked
) -> None:
    (worked.clone / "hello.py").write_bytes(b"print('hello')\r\n")
    (worked.clone / "hello.py").chmod(0o600)
    assert softhouse("apply", "last", str(worked.clone)).code == 0
    assert (worked.clone / "hello.py").read_bytes() == "print('¡hola!')\r\n".encode()
    assert (worked.clone / "hello.py").stat().st_mode & 0o777 == 0o600


def dirty(clone: Path) -> None:
    (clone / "hello.py").write_text("print('mine')\n")


def removed(clone: Path) -> None:
    (clone / "hello.py").unlink()


def linked(clone: Path) -> None:
    (clone / "hello.py").rename(clone.parent / "outside.py")
    (clone / "hello.py").symlink_to(clone.parent / "outside.py")


def linked_above(clone: Path) -> None:
    (clone.parent / "outside").mkdir()
    (clone / "new").symlink_to(clone.parent / "outside")


def piped(clone: Path) -> None:
    (clone / "hello.py").unlink()
    os.mkfifo(clone / "hello.py")


def untracked(clone: Path) -> None:
    lay(clone, {"new/ünder/it.py": b"mine\n"})


def filled(clone: Path) -> None:
    lay(clone, {"folder/mine.txt": b"mine\n"})


@pytest.mark.parametrize(
    ("meddle", "named"),
    [
        (dirty, "hello.py: it was changed since"),
        (removed, "hello.py: it was removed since"),
        (linked, "hello.py: a link is there"),
        (linked_above, "new/ünder/it.py: a file or a link is where its folder should be"),
        (piped, "hello.py: it is no plain file"),
        (untracked, "new/ünder/it.py: another file is there"),
        (filled, "folder: a folder is there"),
    ],
)
def test_what_is_the_customers_stands_against_it_and_nothing_is_changed(
    softhouse: Softhouse, worked: Worked, meddle: object, named: str
) -> None:
    assert callable(meddle)
    meddle(worked.clone)
    before = state_of(worked.clone.parent)
    assert named in softhouse("apply", "last", str(worked.clone)).fails_with(2)
    assert state_of(worked.clone.parent) == before


@pytest.mark.parametrize(
    "path", [".env", "dist/x.js", "keys/server.pem", ".git/hooks/post-checkout"]
)
def test_ignored_and_secret_files_are_never_written(
    softhouse: Softhouse, worked: Worked, path: str
) -> None:
    commit_with(worked.product, path)
    before = state_of(worked.clone)
    assert path in softhouse("apply", "last", str(worked.clone)).fails_with(2)
    assert state_of(worked.clone) == before
    assert not (worked.clone / path).exists()


def commit_with(product: Path, path: str) -> None:
    """A commit that holds a file of any name, as plumbing makes it."""
    blob = plain_git(product, "hash-object", "-w", "hello.py").strip()
    *folders, name = path.split("/")
    made = _tree_with(product, f"100644 blob {blob}\t{name}\n")
    for folder in reversed(folders):
        made = _tree_with(product, f"040000 tree {made}\t{folder}\n")
    listed = plain_git(product, "ls-tree", "HEAD")
    listed += plain_git(product, "ls-tree", made)
    commit = plain_git(product, "commit-tree", _tree_with(product, listed), "-p", "HEAD", "-m", "x")
    plain_git(product, "update-ref", "refs/heads/main", commit.strip())


def _tree_with(product: Path, entries: str) -> str:
    done = subprocess.run(
        ["git", "mktree"], cwd=product, input=entries.encode(), capture_output=True, check=True
    )
    return done.stdout.decode().strip()


def work_in(worked: Worked) -> Work:
    return work_of(OpenedRun(worked.run, read_events(worked.run / "journal.jsonl")))


def planned(root: Path, work: Work) -> list[Placing]:
    made = plan(root, work.changes, work.contents)
    assert made.obstacles == {}
    return made.placings


def test_no_link_is_gone_through_where_a_file_is_to_take_the_place_of_a_folder(
    tmp_path: Path,
) -> None:
    root, outside = tmp_path / "theirs", tmp_path / "outside"
    (outside / "folder" / "empty").mkdir(parents=True)
    root.mkdir()
    (root / "x").symlink_to(outside)
    (root / "was a file").symlink_to(outside)
    old, new = Version("100644", "1"), Version("100644", "2")
    changes = [
        FileChange("x/folder/in it.txt", old, None),
        FileChange("x/folder", None, new),
        FileChange("was a file", old, None),
        FileChange("was a file/in it", None, new),
    ]
    made = plan(root, changes, {"1": b"1", "2": b"2"})
    assert (made.placings, made.there) == ([], [])
    assert made.obstacles.keys() == {change.path for change in changes}

    with pytest.raises(ProductError, match="changed by somebody just now"):
        place(root, [Placing("x/folder", None, b"2", None)])
    assert (outside / "folder" / "empty").is_dir()


def test_what_goes_wrong_half_way_is_undone(worked: Worked) -> None:
    before = state_of(worked.clone)
    placings = planned(worked.clone, work_in(worked))
    assert placings[-1].was is not None
    (worked.clone / placings[-1].path).write_bytes(b"changed just now\n")
    with pytest.raises(ProductError, match="changed by somebody just now"):
        place(worked.clone, placings)
    (worked.clone / placings[-1].path).write_bytes(placings[-1].was.content)
    assert state_of(worked.clone) == before


def test_after_a_kill_at_any_moment_each_file_is_whole_and_the_next_apply_ends_it(
    worked: Worked, tmp_path: Path
) -> None:
    work, whole = work_in(worked), [*CHANGE.values(), *BEFORE.values()]
    after = files_of(worked.product)
    for moment in count(1):
        root = tmp_path / f"{moment}"
        lay(root, BEFORE)
        if not killed_at(moment, root, planned(root, work)):
            break
        left = files_of(root)
        assert all(left[path] in whole for path in left if not path.startswith(".softhouse"))
        with alone_in(root):
            place(root, planned(root, work))
        # Folders that are left empty are none to git.
        assert files_of(root) == after
    assert files_of(root) == after
    assert moment > 2 * len(CHANGE)


def files_of(folder: Path) -> dict[str, bytes]:
    found = ((path.relative_to(folder), path) for path in folder.rglob("*") if path.is_file())
    return {str(name): path.read_bytes() for name, path in found if ".git" not in name.parts}


def killed_at(moment: int, root: Path, placings: list[Placing]) -> bool:
    """Carry a plan out in a process that ends, as by SIGKILL, before so many changes of a folder."""
    process = os.fork()
    if not process:
        changes = count(1)

        def hook(event: str, _: object) -> None:
            is_change = event in ("os.rename", "os.link", "os.remove", "os.rmdir", "os.mkdir")
            if is_change and next(changes) == moment:
                os._exit(9)

        sys.addaudithook(hook)
        place(root, placings)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 9
