"""Git directories from strangers: nothing is written, removed, read or run where they lead."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.canary import Canary
from tests.support.command_line import in_process, model_at, provider
from tests.support.histories import plain_git
from tests.support.people import Person
from tests.support.products import commits_of, made_run
from tests.support.scripted_company import TASK
from warehouse.errors import ProductError
from warehouse.product.git.borrowed import borrowed
from warehouse.product.git.remains import clear_remains
from warehouse.product.product import Product
from warehouse.runs.folders import PRODUCT

Trap = Callable[[Path, Path], None]
"""Makes a git directory lead into private files: its own folder, and theirs."""


def _as_link(name: str, target: str) -> Trap:
    def trap(git_dir: Path, private: Path) -> None:
        place = git_dir / name
        if place.is_dir():
            shutil.rmtree(place)
        place.unlink(missing_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(private / target)

    return trap


def _writing(name: str, text: str) -> Trap:
    def trap(git_dir: Path, private: Path) -> None:
        (git_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (git_dir / name).write_text(text.format(private=private))

    return trap


def _pipe(name: str) -> Trap:
    def trap(git_dir: Path, _: Path) -> None:
        (git_dir / name).unlink(missing_ok=True)
        os.mkfifo(git_dir / name)

    return trap


def _socket(git_dir: Path, _: Path) -> None:
    os.mknod(git_dir / "index.lock", stat.S_IFSOCK | 0o600)


def _deep(git_dir: Path, _: Path) -> None:
    (git_dir / "refs" / "heads" / "/".join("d" * 400)).mkdir(parents=True)


LEADING_AWAY: dict[str, Trap] = {
    "refs as a link": _as_link("refs", "repository/.git/refs"),
    "refs/heads as a link": _as_link("refs/heads", "repository/.git/refs/heads"),
    "a folder of refs as a link": _as_link("refs/heads/topic", "repository/.git/refs/heads"),
    "tags as a link": _as_link("refs/tags", "tmp_notes"),
    "objects as a link": _as_link("objects", "repository/.git/objects"),
    "objects as a link to everything": _as_link("objects", "."),
    "a pack folder as a link": _as_link("objects/pack", "repository/.git/objects/pack"),
    "a folder of objects as a link": _as_link("objects/ab", "tmp_notes"),
    "a folder of drafts as a link": _as_link("objects/tmp_objdir-1", "tmp_notes"),
    "a link out of a folder of drafts": _as_link("objects/tmp_objdir-1/out", "."),
    "objects/info as a link": _as_link("objects/info", "tmp_notes"),
    "a pack as a link": _as_link("objects/pack/pack-1.pack", "diary.txt"),
    "an object as a link": _as_link(f"objects/ab/{'0' * 38}", "empty.txt"),
    "a ref as a link": _as_link("refs/heads/main", "empty.txt"),
    "the head as a link": _as_link("HEAD", "empty.txt"),
    "the index as a link": _as_link("index", "diary.txt"),
    "packed refs as a link": _as_link("packed-refs", "diary.txt"),
    "a lock as a link": _as_link("index.lock", "diary.txt"),
    "a lock as a link to a folder": _as_link("HEAD.lock", "tmp_notes"),
    "alternates": _writing("objects/info/alternates", "{private}/repository/.git/objects\n"),
    "alternates over http": _writing("objects/info/http-alternates", "http://127.0.0.1:1/\n"),
    "the head as a pipe": _pipe("HEAD"),
    "the index as a pipe": _pipe("index"),
    "packed refs as a pipe": _pipe("packed-refs"),
    "a ref as a pipe": _pipe("refs/heads/main"),
    "an object as a pipe": _pipe("objects/info/commit-graph"),
    "a lock as a socket": _socket,
    "folders without end": _deep,
}
"""Everything that git would follow, clear away or wait for."""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run with two commits."""
    return made_run(tmp_path / "products", {"a.py": b"1\n"}, {"a.py": b"2\n", "b.py": b"3\n"})


@pytest.mark.parametrize("trap", LEADING_AWAY.values(), ids=LEADING_AWAY)
def test_a_git_directory_that_leads_away_is_neither_read_nor_worked_in(
    run: Path, canary: Canary, trap: Trap
) -> None:
    last = commits_of(run)[-1]
    trap(run / PRODUCT / ".git", canary.root)
    for use in (
        lambda: Product.open(run / PRODUCT),
        lambda: Product.take_up(run / PRODUCT),
        lambda: Product(run / PRODUCT).restore(last),
        lambda: Product(run / PRODUCT).restore(None),
        lambda: Product(run / PRODUCT).tag("mine", last),
        lambda: clear_remains(run / PRODUCT / ".git"),
    ):
        with pytest.raises(ProductError):
            use()


@pytest.mark.parametrize("trap", LEADING_AWAY.values(), ids=LEADING_AWAY)
def test_no_command_follows_a_git_directory_that_leads_away(
    run: Path, canary: Canary, trap: Trap, capsys: pytest.CaptureFixture[str]
) -> None:
    trap(run / PRODUCT / ".git", canary.root)
    for command in (
        ["show", str(run)],
        ["export", str(run), "--output", str(run.parent / "exported.html")],
        ["why", str(run), "a.py"],
        ["fork", str(run), "--at", "2"],
        ["resume", str(run)],
        ["runs", "--products", str(run.parent)],
    ):
        in_process(*command)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert canary.word not in said.out + said.err
    assert canary.is_in(run.parent) == []


@pytest.mark.parametrize(
    "trap", [_as_link("", "repository"), _as_link(".git", "repository/.git")], ids=["tree", ".git"]
)
def test_a_product_that_is_a_link_to_the_work_of_somebody_is_left_alone(
    run: Path, canary: Canary, trap: Trap
) -> None:
    trap(run / PRODUCT, canary.root)
    for use in (Product.open, Product.take_up):
        with pytest.raises(ProductError, match="no git repository of its own"):
            use(run / PRODUCT)


def test_a_git_directory_of_another_user_is_read_but_not_worked_in(
    ordinary_user: Person, run: Path
) -> None:
    last = commits_of(run)[0]
    ordinary_user.owns(run)
    product = Product.open(run / PRODUCT)
    assert product.files()["b.py"] == b"3\n"
    with pytest.raises(ProductError, match="belongs to another user"):
        product.restore(last)


RUNNING: dict[str, str] = {
    "hooks": "[core]\n\thooksPath = {alarm_folder}\n",
    "a file system monitor": "[core]\n\tfsmonitor = {alarm}\n",
    "a filter": '[filter "x"]\n\tclean = {alarm}\n\tsmudge = {alarm}\n\tprocess = {alarm}\n',
    "a diff program": '[diff]\n\texternal = {alarm}\n[diff "x"]\n\tcommand = {alarm}\n',
    "a text converter": '[diff "x"]\n\ttextconv = {alarm}\n\tcachetextconv = true\n',
    "a merge driver": '[merge "x"]\n\tdriver = {alarm}\n',
    "a pager and an editor": "[core]\n\tpager = {alarm}\n\teditor = {alarm}\n",
    "a signer": "[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = {alarm}\n[log]\n\tshowSignature\n",
    "a promisor": (
        "[core]\n\trepositoryformatversion = 1\n\tsshCommand = {alarm}\n"
        '[extensions]\n\tpartialClone = o\n[remote "o"]\n\turl = ext::{alarm}\n\tpromisor = true\n'
    ),
    "an alternate's command": "[core]\n\talternateRefsCommand = {alarm}\n",
    "an include": "[include]\n\tpath = {folder}/more\n",
    "an include that waits": "[include]\n\tpath = {folder}/pipe\n",
    "a config that is broken": "[core\n",
    "a config of another world": "[core]\n\trepositoryformatversion = 99\n",
    "work trees elsewhere": "[core]\n\tworktree = {private}\n\tbare = false\n",
}
"""What git can be configured to run, or to take for its own."""


@pytest.mark.parametrize("config", RUNNING.values(), ids=RUNNING)
def test_a_products_configuration_is_not_even_read(
    run: Path, tmp_path: Path, canary: Canary, config: str
) -> None:
    alarm = _alarm(tmp_path)
    git_dir = run / PRODUCT / ".git"
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "more").write_text(f"[core]\n\tfsmonitor = {alarm}\n")
    places = {"alarm": alarm, "alarm_folder": alarm.parent, "private": canary.root}
    (git_dir / "config").write_text(config.format(folder=tmp_path, **places))
    (git_dir / "info").mkdir()
    (git_dir / "info" / "attributes").write_text("* filter=x diff=x merge=x\n")
    _work_with(run)
    assert not (tmp_path / "rang").exists()


@pytest.mark.parametrize("name", ["config", "info/attributes", "info/exclude", "description"])
def test_a_pipe_where_git_would_look_for_settings_is_not_waited_for(run: Path, name: str) -> None:
    place = run / PRODUCT / ".git" / name
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    os.mkfifo(place)
    _work_with(run)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("commondir", "{private}/repository/.git\n"),
        ("gitdir", "{private}/repository/.git\n"),
        ("worktrees/x/gitdir", "{private}/repository/.git\n"),
        ("modules/x/HEAD", "ref: refs/heads/main\n"),
        ("info/grafts", "{last} {first}\n"),
        ("shallow", "{last}\n"),
        ("refs/replace/{last}", "{first}\n"),
        ("objects/info/commit-graph", "CGPH\x01\x01 nonsense"),
        ("objects/pack/multi-pack-index", "MIDX\x01\x01 nonsense"),
        ("refs/heads/other", "ref: ../../../private/diary.txt\n"),
        ("refs/heads/long", "{last} and more\n"),
    ],
)
def test_what_would_tell_another_history_is_not_believed(
    run: Path, canary: Canary, name: str, text: str
) -> None:
    product = Product.open(run / PRODUCT)
    last, first = (each.sha for each in product.log())
    words = {"private": canary.root, "last": last, "first": first}
    place = run / PRODUCT / ".git" / name.format(**words)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text.format(**words))
    _work_with(run)


@pytest.mark.parametrize("way", ["commondir", "gitdir file", "alternates", "refs", "pipe"])
def test_why_reads_a_strangers_repository_without_waiting_or_running(
    run: Path, tmp_path: Path, way: str
) -> None:
    root, alarm = run / PRODUCT, _alarm(tmp_path)
    head = commits_of(run)[-1]
    git_dir = root / ".git"
    (git_dir / "config").write_text(f"[core]\n\tfsmonitor = {alarm}\n")
    if way == "commondir":
        shutil.move(git_dir, tmp_path / "common")
        git_dir.mkdir()
        shutil.copy(tmp_path / "common" / "HEAD", git_dir)
        (git_dir / "commondir").write_text("../../../../common\n")
    elif way == "gitdir file":
        shutil.move(git_dir, tmp_path / "elsewhere")
        git_dir.write_text(f"gitdir: {tmp_path / 'elsewhere'}\n")
    elif way == "alternates":
        shutil.move(git_dir / "objects", tmp_path / "objects")
        (git_dir / "objects" / "info").mkdir(parents=True)
        (git_dir / "objects" / "info" / "alternates").write_text(f"{tmp_path / 'objects'}\n")
    elif way == "refs":
        (git_dir / "packed-refs").write_text(f"{head} refs/heads/main\n")
        shutil.rmtree(git_dir / "refs")
    else:
        (git_dir / "config").unlink()
        os.mkfifo(git_dir / "config")
    with borrowed(root) as source:
        assert source.head == head
    assert not (tmp_path / "rang").exists()


def test_a_stopped_run_with_links_is_refused_and_nothing_is_deleted(
    person: Person, open_ground: Path, canary: Canary
) -> None:
    """The whole way: a run that stopped at its budget is sent on with a trap in it."""
    with provider() as serving:
        options = ["--model", model_at(serving), "--sandbox", "none", "--company", "default"]
        begun = ["--products", str(open_ground / "products"), "--max-calls", "5"]
        assert person.softhouse("run", TASK, *options, *begun).code == 3
        (run,) = (open_ground / "products").iterdir()
        private = person.home / "private"
        shutil.copytree(canary.root, private)
        person.owns(private)
        before = sorted(map(str, private.rglob("*")))
        for name in ("refs", "objects"):
            _as_link(name, f"repository/.git/{name}")(run / PRODUCT / ".git", private)
        resumed = person.softhouse("resume", str(run), "--max-calls", "100")
    assert resumed.code == 2, resumed
    assert "Traceback" not in resumed.err
    assert sorted(map(str, private.rglob("*"))) == before


@pytest.mark.parametrize("entry", ["", ".", "bin", "../bin"])
def test_a_program_called_git_in_the_current_folder_is_not_run(
    person: Person, open_ground: Path, entry: str
) -> None:
    for folder in (open_ground / "here", open_ground / "here" / "bin", open_ground / "bin"):
        folder.mkdir(parents=True)
        for name in ("git", "env"):
            (folder / name).write_text(f"#!/bin/sh\ntouch {open_ground}/rang\n")
            (folder / name).chmod(0o755)
    path = os.pathsep.join((entry, os.environ["PATH"]))
    code = (
        "from warehouse.product.product import Product; import sys;"
        "product = Product.create(sys.argv[1]);"
        "product.commit({'a.py': b'1'}, author='A', role='a', message='m', trailers={},"
        " at='2026-01-02T03:04:05.678Z', parent=None);"
        "print(Product.open(sys.argv[1]).files())"
    )
    product = str(person.home / f"product-{entry.replace('/', '-')}")
    done = person.run(
        sys.executable, "-P", "-c", code, product, cwd=open_ground / "here", PATH=path
    )
    assert (done.code, done.out) == (0, "{'a.py': b'1'}\n"), done.err
    doctor = person.softhouse("doctor", cwd=open_ground / "here", PATH=path)
    assert "Traceback" not in doctor.err
    assert not (open_ground / "rang").exists()


def test_what_crashes_left_is_still_cleared_from_ones_own(run: Path) -> None:
    git_dir = run / PRODUCT / ".git"
    head = commits_of(run)[0]
    for name in ("index.lock", "refs/heads/main.lock", "objects/pack/tmp_pack_1"):
        (git_dir / name).write_text("a remnant")
    Product.open(run / PRODUCT).restore(head)
    assert [path for path in git_dir.rglob("*") if path.suffix == ".lock"] == []
    assert list((git_dir / "objects" / "pack").iterdir()) == []
    assert plain_git(run / PRODUCT, "fsck", "--strict", "--no-dangling") == ""


def _work_with(run: Path) -> None:
    """Read and write a product in every way; its files and history are told as they were made."""
    product = Product.open(run / PRODUCT)
    last, first = product.log()
    assert (last.parent, product.head()) == (first.sha, last.sha)
    assert product.files() == {"a.py": b"2\n", "b.py": b"3\n"}
    assert [each.path for each in product.diff(last.sha)] == ["a.py", "b.py"]
    product.restore(first.sha)
    assert sorted(path.name for path in product.path.iterdir()) == [".git", "a.py"]
    product.restore(last.sha)
    product.tag("kept", last.sha)
    assert product.head() == last.sha


def _alarm(folder: Path) -> Path:
    """A program that rings where it is run."""
    alarm = folder / "programs" / "post-commit"
    alarm.parent.mkdir()
    alarm.write_text(f"#!/bin/sh\ntouch {folder}/rang\nexec cat\n")
    alarm.chmod(0o755)
    return alarm
