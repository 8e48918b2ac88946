"""What a product is after a kill or a power loss: what was recorded is there, and goes on."""

import os
import shutil
import signal
import subprocess
import sys
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.support.command_line import ROOT
from tests.support.waiting import PATIENCE
from warehouse.errors import ProductError
from warehouse.product.product import Product

AT = "2026-03-01T12:00:00Z"


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return Product.create(tmp_path / "product")


def commit(product: Product, changes: Mapping[str, bytes | None], parent: str | None = None) -> str:
    made = product.commit(
        changes, author="Programmer", role="programmer", message="Write", trailers={}, at=AT,
        parent=parent,
    )  # fmt: skip
    assert made is not None
    return made.sha


def git(product: Product, *arguments: str) -> str:
    """The customer's own git."""
    return subprocess.run(
        ["git", "-c", "safe.directory=*", *arguments],
        cwd=product.path,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def is_whole(product: Product, head: str) -> bool:
    """Whether branch, index, work tree and objects say the same, and git finds no fault."""
    return (
        product.head() == head
        and git(product, "status", "--porcelain") == ""
        and git(product, "fsck", "--strict", "--no-dangling") == ""
    )


def loose_object(product: Product, name: str) -> Path:
    return product.path / ".git" / "objects" / name[:2] / name[2:]


# What was said to be there is on the disk


def test_objects_names_and_branches_are_on_the_disk_before_a_commit_is_told(
    product: Product, tmp_path: Path
) -> None:
    """Watched from outside, by the calls that the processes make."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    code = (
        "import sys; from pathlib import Path; from warehouse.product.product import Product\n"
        "product = Product.open(sys.argv[1])\n"
        "made = product.commit({'src/a.py': b'1'}, author='P', role='p', message='m', trailers={},\n"
        f"    at={AT!r}, parent=None)\n"
        "print('told', flush=True)\n"
    )
    trace = tmp_path / "trace"
    command = [
        "strace", "-f", "-yy", "-e", "trace=fsync,write", "-s", "60", "-o", str(trace),
        sys.executable, "-c", code, str(product.path),
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, env=environment, capture_output=True, check=True)
    before_it_was_told, _ = trace.read_text().split('"told')
    synced = [line for line in before_it_was_told.splitlines() if "fsync(" in line]
    git_dir = product.path / ".git"
    objects = [p for p in (git_dir / "objects").glob("??/*") if p.is_file()]
    assert len(objects) == 4, "a commit, two trees and a blob"
    assert sum("/tmp_obj_" in line for line in synced) == len(objects)
    assert any("refs/heads/main.lock" in line for line in synced)
    folders = {p.parent for p in objects} | {git_dir / "objects", git_dir / "refs" / "heads"}
    for folder in folders:
        assert any(f"<{folder}>" in line for line in synced), f"the names in {folder}"


def test_a_new_repository_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: set[str] = set()
    real = os.fsync

    def noted(descriptor: int) -> None:
        synced.add(os.path.realpath(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    product = Product.create(tmp_path / "product")
    git_dir = product.path / ".git"
    everything = {str(path) for path in git_dir.rglob("*")} | {str(git_dir), str(product.path)}
    assert everything <= synced


# What an unlucky moment leaves behind


def zero(path: Path) -> None:
    path.write_bytes(b"")


def nuls(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("damage", [zero, nuls, halve, Path.unlink])
def test_a_damaged_index_is_made_anew(product: Product, damage: Callable[[Path], None]) -> None:
    first = commit(product, {"a.py": b"1\n", "b.py": b"1\n"})
    damage(product.path / ".git" / "index")

    second = commit(Product.open(product.path), {"a.py": b"2\n", "b.py": None}, first)

    assert is_whole(product, second)
    assert sorted(path.name for path in product.path.iterdir()) == [".git", "a.py"]


@pytest.mark.parametrize("damage", [zero, nuls, halve, Path.unlink])
def test_damaged_files_are_laid_out_again_on_resuming(
    product: Product, damage: Callable[[Path], None]
) -> None:
    head = commit(
        product, {"src/a.py": b"print(1)\n", "b.py": b"print(2)\n", "run": b"#!/bin/sh\n"}
    )
    for path in ("src/a.py", "b.py", "run"):
        damage(product.path / path)

    again = Product.open(product.path)
    again.restore(head)

    assert is_whole(again, head)
    assert (product.path / "src/a.py").read_bytes() == b"print(1)\n"
    assert os.access(product.path / "run", os.X_OK)


def test_a_work_tree_that_is_gone_is_laid_out_again(product: Product) -> None:
    head = commit(product, {"src/a.py": b"1\n", "b.py": b"2\n"})
    shutil.rmtree(product.path / "src")
    (product.path / "b.py").unlink()

    again = Product.open(product.path)
    again.restore(head)

    assert is_whole(again, head)


@pytest.mark.parametrize("is_staged", [False, True])
def test_a_file_that_the_customer_changed_is_not_taken_for_damage(
    product: Product, is_staged: bool
) -> None:
    head = commit(product, {"a.py": b"print(1)\n", "b.py": b"print(2)\n"})
    (product.path / "a.py").write_text("print(1)  # my own words\n")
    (product.path / "notes.txt").write_text("mine")
    if is_staged:
        git(product, "add", "-A")

    Product.open(product.path).restore(head)

    assert (product.path / "a.py").read_text() == "print(1)  # my own words\n"
    assert (product.path / "notes.txt").read_text() == "mine"


def test_what_an_unrecorded_commit_laid_out_goes_again(product: Product) -> None:
    """The commit was made, and the process died before it was recorded."""
    first = commit(product, {"a.py": b"1\n"})
    commit(product, {"a.py": b"2\n", "lost.py": b"x\n"}, first)

    again = Product.open(product.path)
    again.restore(first)

    assert is_whole(again, first)
    assert (product.path / "a.py").read_bytes() == b"1\n"
    assert not (product.path / "lost.py").exists()


def test_a_layout_cut_off_half_way_is_finished(product: Product) -> None:
    """Files of the unrecorded commit lie there, and the index knows nothing of them."""
    first = commit(product, {"a.py": b"1\n"})
    index = (product.path / ".git" / "index").read_bytes()
    second = commit(product, {"a.py": b"2\n"}, first)
    (product.path / ".git" / "index").write_bytes(index)

    again = Product.open(product.path)
    again.restore(first)
    assert is_whole(again, first)
    assert (product.path / "a.py").read_bytes() == b"1\n"

    assert commit(again, {"a.py": b"2\n"}, first) == second
    assert is_whole(again, second)


@pytest.mark.parametrize("damage", [zero, nuls, Path.unlink])
@pytest.mark.parametrize("name", ["HEAD", "config"])
def test_a_repository_that_was_just_begun_is_made_whole(
    product: Product, name: str, damage: Callable[[Path], None]
) -> None:
    git_dir = product.path / ".git"
    damage(git_dir / name)
    shutil.rmtree(git_dir / "objects")
    (git_dir / "refs" / "tags").rmdir()

    again = Product.take_up(product.path)

    assert is_whole(again, commit(again, {"a.py": b"1\n"}))


def test_a_product_that_is_taken_up_keeps_what_it_holds(product: Product) -> None:
    head = commit(product, {"a.py": b"1\n"})
    assert is_whole(Product.take_up(product.path), head)


def test_before_the_first_recorded_commit_there_is_no_branch(product: Product) -> None:
    commit(product, {"a.py": b"1\n"})

    again = Product.open(product.path)
    again.restore(None)

    assert (again.head(), again.files()) == (None, {})
    assert not (product.path / "a.py").exists()
    head = commit(again, {"b.py": b"2\n"})
    assert is_whole(again, head)
    assert len(again.log()) == 1


@pytest.mark.parametrize("is_before_all", [False, True])
def test_what_the_customer_committed_to_a_stopped_run_stays_to_be_found(
    product: Product, is_before_all: bool
) -> None:
    first = commit(product, {"a.py": b"1\n"})
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    git(product, *who, "commit", "--quiet", "--allow-empty", "-m", "Mine")
    mine = git(product, "rev-parse", "HEAD").strip()

    again = Product.open(product.path)

    assert again.restore(None if is_before_all else first) == mine
    assert again.head() == (None if is_before_all else first)
    assert git(product, "rev-parse", f"refs/softhouse/kept/{mine}").strip() == mine
    assert again.restore(first) is None


def test_an_unrecorded_commit_of_ours_is_nobodys(product: Product) -> None:
    first = commit(product, {"a.py": b"1\n"})
    commit(product, {"a.py": b"2\n"}, first)
    assert Product.open(product.path).restore(first) is None
    assert not (product.path / ".git/refs/softhouse").exists()


@pytest.mark.parametrize("content", [b"", b"\n", bytes(41), b"f" * 40 + b"\n"])
def test_a_branch_that_leads_nowhere_is_set_right(product: Product, content: bytes) -> None:
    first = commit(product, {"a.py": b"1\n"})
    (product.path / ".git" / "refs" / "heads" / "main").write_bytes(content)

    again = Product.open(product.path)
    again.restore(first)
    assert is_whole(again, first)

    (product.path / ".git" / "refs" / "heads" / "main").write_bytes(content)
    second = commit(Product.open(product.path), {"a.py": b"2\n"}, first)
    assert is_whole(again, second)


@pytest.mark.parametrize("damage", [zero, nuls])
def test_objects_that_never_reached_the_disk_are_written_again(
    product: Product, damage: Callable[[Path], None]
) -> None:
    """git takes an object whose file is there for one that it has."""
    first = commit(product, {"a.py": b"1\n"})
    objects = product.path / ".git" / "objects"
    recorded = set(objects.glob("??/*"))
    second = commit(product, {"a.py": b"2\n", "src/b.py": b"3\n"}, first)
    for path in set(objects.glob("??/*")) - recorded:
        path.chmod(0o644)
        damage(path)

    again = Product.open(product.path)
    again.restore(first)
    assert commit(again, {"a.py": b"2\n", "src/b.py": b"3\n"}, first) == second
    assert is_whole(again, second)


def test_locks_and_drafts_are_cleared_away(product: Product) -> None:
    head = commit(product, {"src/a.py": b"1\n"})
    git_dir = product.path / ".git"
    remains = [
        git_dir / "index.lock",
        git_dir / "HEAD.lock",
        git_dir / "packed-refs.lock",
        git_dir / "refs" / "heads" / "main.lock",
        git_dir / "refs" / "tags" / "1.coding.lock",
        git_dir / "objects" / "pack" / "tmp_pack_Ab12Cd",
        git_dir / "objects" / head[:2] / "tmp_obj_Ab12Cd",
        git_dir / "objects" / "tmp_objdir-incoming-Ab12Cd" / "file",
        git_dir / "fast_import_crash_123",
        product.path / ".0123456789abcdef.tmp",
        product.path / "src" / ".0123456789abcdef.tmp",
    ]
    for path in remains:
        path.parent.mkdir(exist_ok=True)
        path.write_text("half")

    again = Product.open(product.path)
    again.restore(head)

    assert [path for path in remains if path.exists()] == []
    assert is_whole(again, head)


def test_a_recorded_commit_that_is_gone_is_named_and_nothing_is_touched(product: Product) -> None:
    first = commit(product, {"a.py": b"1\n"})
    loose_object(product, first).unlink()

    with pytest.raises(ProductError, match=f"lacks the commit {first}.*was recorded"):
        Product.open(product.path).restore(first)

    assert (product.path / "a.py").read_bytes() == b"1\n"


def test_a_repository_that_cannot_be_written_is_named(product: Product) -> None:
    first = commit(product, {"a.py": b"1\n"})
    (product.path / ".git" / "HEAD").unlink()

    with pytest.raises(ProductError, match=r"\.git cannot be written: No such file.*then resume"):
        Product.open(product.path).restore(first)


def test_an_object_that_is_spoilt_and_recorded_is_no_reason_to_delete_it(product: Product) -> None:
    """Only what holds nothing at all is cleared away; the rest may be of use to someone."""
    first = commit(product, {"a.py": b"1\n"})
    path = loose_object(product, first)
    path.chmod(0o644)
    path.write_bytes(zlib.compress(b"something else"))

    with pytest.raises(ProductError):
        Product.open(product.path).restore(first)

    assert path.exists()


def test_a_git_that_outlives_its_killed_parent_is_waited_for(
    product: Product, tmp_path: Path
) -> None:
    """Killed alone, the process leaves a git behind that may still store objects."""
    first = commit(product, {"a.py": b"1\n"})
    late = commit(product, {"late.py": b"x"}, first)
    slow = tmp_path / "bin"
    slow.mkdir()
    real = shutil.which("git")
    (slow / "git").write_text(
        "#!/bin/sh\n"
        'case "$*" in *index-pack*) '
        f"echo started; cat > {tmp_path}/stream; while [ ! -e {tmp_path}/go ]; do sleep 0.01; done;"
        f' exec {real} "$@" < {tmp_path}/stream;; esac\nexec {real} "$@"\n'
    )
    (slow / "git").chmod(0o755)
    code = (
        "import sys; from warehouse.product.bundle import EMPTY_PACK\n"
        "from warehouse.product.branches import BRANCH\n"
        "from warehouse.product.product import Product\n"
        f"Product.open(sys.argv[1]).take_in(EMPTY_PACK, {{BRANCH: {late!r}}})\n"
    )
    path = f"{slow}{os.pathsep}{os.environ['PATH']}"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(product.path)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PATH": path},
    ) as process:
        wait_until((tmp_path / "stream").exists)
        process.send_signal(signal.SIGKILL)
    (tmp_path / "waiting").touch()
    resumed = subprocess.Popen(
        [
            sys.executable, "-c",
            f"import sys; from warehouse.product.product import Product\n"
            f"Product.open(sys.argv[1]).restore({first!r}); print('restored')",
            str(product.path),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with resumed:
        with pytest.raises(subprocess.TimeoutExpired):
            resumed.wait(1.5)
        (tmp_path / "go").touch()
        assert resumed.communicate(timeout=PATIENCE)[0] == "restored\n"
    assert is_whole(product, first)
    assert not (product.path / "late.py").exists()


def wait_until(there: Callable[[], bool]) -> None:
    """Wait for what another process does; the test's own time limit is the bound."""
    while not there():
        os.sched_yield()
