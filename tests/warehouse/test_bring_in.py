"""A customer's repository comes in with its history, and what roles may not have stays in it untouched."""

import os
import subprocess
from pathlib import Path

import pytest

from warehouse.errors import PathRejected, ProductError
from warehouse.product.bundle import share_history
from warehouse.product.git.commits import Commit
from warehouse.product.intake.bring_in import bring_in
from warehouse.product.intake.import_tree import Imported
from warehouse.product.intake.repository import Wanted
from warehouse.product.product import Product

AT = "2026-03-01T12:00:00Z"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12345\n" % (b"a" * 64)


def git(folder: Path, *arguments: str) -> str:
    ran = subprocess.run(
        ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *arguments],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return ran.stdout.decode(errors="surrogateescape").strip()


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """Two commits, with one of everything that roles may not have."""
    folder = tmp_path / "theirs"
    (folder / "pkg").mkdir(parents=True)
    git(folder, "init", "-q", "-b", "trunk")
    (folder / "app.py").write_bytes(b"print('hi')\r\n")
    (folder / "run.sh").write_bytes(b"echo hi\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "tool.py").write_bytes(b"#!/usr/bin/env python3\n")
    (folder / "pkg/part.py").write_text("1\n")
    (folder / ".gitignore").write_text("/out/\n*.log\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "First")
    (folder / ".env").write_text("KEY=sk-secret\n")
    (folder / "-rf").write_text("x")
    (folder / os.fsdecode(b"n\xe4me.txt")).write_text("latin name\n")
    (folder / "away").symlink_to("/etc/passwd")
    (folder / "film.mp4").write_bytes(POINTER)
    git(folder, "add", "-A")
    git(folder, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib")
    git(folder, "commit", "-qm", "Second")
    return folder


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return Product.create(tmp_path / "run-1" / "product")


def brought(product: Product, source: Path, **more: object) -> Imported:
    return bring_in(product, str(source), Wanted(source.name, "run-1", AT, **more))  # type: ignore[arg-type]


def commit(product: Product, changes: dict[str, bytes | None]) -> Commit:
    made = product.commit(
        changes, author="Programmer", role="programmer", message="Change it",
        trailers={"Softhouse-Run": "run-1"}, at=AT, parent=product.head(),
    )  # fmt: skip
    assert made is not None
    return made


def tree(folder: Path, revision: str = "HEAD") -> dict[str, str]:
    """Path → mode and id of everything in a commit, folders included."""
    listed = git(folder, "ls-tree", "-r", "-t", "-z", revision).split("\0")[:-1]
    return {path: about for about, path in (each.split("\t") for each in listed)}


def state_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_the_work_stands_on_the_customers_own_commit(product: Product, theirs: Path) -> None:
    before = state_of(theirs)

    imported = brought(product, theirs)

    head = git(theirs, "rev-parse", "HEAD")
    assert (imported.commit.sha, product.head(), product.base()) == (head, head, head)
    assert product.branch == "refs/heads/softhouse/run-1"
    assert git(product.path, "log", "--format=%s %an") == "Second Ada\nFirst Ada"
    assert git(product.path, "status", "--porcelain", "--branch") == "## softhouse/run-1"
    assert state_of(theirs) == before


def test_what_roles_may_not_have_is_named_and_nowhere_to_be_seen(
    product: Product, theirs: Path
) -> None:
    imported = brought(product, theirs)

    assert sorted(product.files()) == [".gitignore", "app.py", "pkg/part.py", "run.sh", "tool.py"]
    assert not (product.path / ".env").exists()
    assert [line.split(":")[0] for line in imported.skipped] == [
        "-rf", ".env", "away", "film.mp4", "lib", "n�me.txt",
    ]  # fmt: skip
    assert len(product.hidden()) == 6


def test_a_change_leaves_all_else_as_it_was(product: Product, theirs: Path) -> None:
    brought(product, theirs)

    made = commit(product, {"run.sh": b"echo ho\n", "tool.py": b"#!/usr/bin/env python3\n1\n"})

    before, after = tree(theirs), tree(product.path, made.sha)
    assert {path for path in before if before[path] != after.get(path)} == {"run.sh", "tool.py"}
    assert after["run.sh"].startswith("100755") and after["tool.py"].startswith("100644")
    assert os.access(product.path / "run.sh", os.X_OK)
    assert git(product.path, "status", "--porcelain") == ""
    assert [entry.subject for entry in product.log()] == ["Change it", "Second"]


@pytest.mark.parametrize("path", [".env", ".ENV", "away/x.py", "lib", "lib/x.py"])
def test_no_file_takes_the_place_of_what_is_hidden(
    product: Product, theirs: Path, path: str
) -> None:
    brought(product, theirs)

    with pytest.raises(PathRejected):
        commit(product, {path: b"mine\n"})
    assert product.commit(
        {".env": None}, author="a", role="b", message="c", trailers={"d": "e"}, at=AT,
        parent=product.head(),
    ) is None  # fmt: skip


def test_uncommitted_changes_become_a_commit_of_the_customer(
    product: Product, theirs: Path
) -> None:
    (theirs / "app.py").write_bytes(b"print('changed')\r\n")
    (theirs / "run.sh").chmod(0o644)
    (theirs / "pkg/part.py").unlink()
    (theirs / "new.py").write_text("staged\n")
    (theirs / ".env").write_text("KEY=sk-other\n")
    (theirs / "server.key").write_text("secret\n")
    git(theirs, "add", "new.py", "server.key")
    (theirs / "draft.py").write_text("nobody added it\n")

    imported = brought(product, theirs)

    assert product.base() == product.head() == imported.commit.sha
    assert git(product.path, "log", "--format=%s (%an)") == (
        "What was not committed in theirs (Customer)\nSecond (Ada)\nFirst (Ada)"
    )
    assert product.files()["app.py"] == b"print('changed')\r\n"
    assert "pkg/part.py" not in product.files() and product.files()["new.py"] == b"staged\n"
    assert tree(product.path)["run.sh"].startswith("100644")
    assert tree(product.path)[".env"] == tree(theirs)[".env"]
    assert "server.key" not in tree(product.path)
    assert "draft.py: not tracked by git" in imported.skipped


@pytest.mark.parametrize("split", [False, True])
def test_an_edit_in_the_very_moment_of_the_checkout_is_seen(
    product: Product, theirs: Path, split: bool
) -> None:
    """Size and time of the file are as the index has them; only the index's own time tells."""
    git(theirs, "config", "core.trustctime", "false")
    moment = 1_700_000_000 * 10**9, 1_700_000_000 * 10**9
    os.utime(theirs / "pkg/part.py", ns=moment)
    git(theirs, "add", "pkg/part.py")
    if split:
        git(theirs, "update-index", "--split-index")
    (theirs / "pkg/part.py").write_text("2\n")
    for each in (theirs / "pkg/part.py", *(theirs / ".git").glob("*index*")):
        os.utime(each, ns=moment)

    brought(product, theirs)

    assert product.files()["pkg/part.py"] == b"2\n"


def test_untracked_files_come_in_where_that_is_said_and_git_does_not_ignore_them(
    product: Product, theirs: Path
) -> None:
    (theirs / "out").mkdir()
    for path in ("draft.py", "out/x.py", "y.log", "id_rsa"):
        (theirs / path).write_text("text\n")

    imported = brought(product, theirs, untracked=True)

    assert product.files().keys() - {
        ".gitignore",
        "app.py",
        "pkg/part.py",
        "run.sh",
        "tool.py",
    } == {"draft.py"}
    assert "id_rsa: by its name it holds secrets" in imported.skipped


def settings_of_the_user(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """git's settings beside any repository, which is where many keep the names of their secrets."""
    (home / "git").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    (home / "git/ignore").write_text("*.usual\n")
    (home / "git/attributes").write_text("*.ipynb filter=strip\n")
    (home / "git/config").write_text('[filter "strip"]\n\tclean = false\n')


@pytest.mark.parametrize("named", [False, True])
def test_what_git_ignores_by_the_users_settings_or_the_clones_stays_out(
    product: Product, theirs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    settings_of_the_user(tmp_path / "home", monkeypatch)
    if named:
        (tmp_path / "home/mine").write_text("*.usual\n")
        (tmp_path / "home/.gitconfig").write_text("[core]\n\texcludesFile = ~/mine\n")
        (tmp_path / "home/git/ignore").unlink()
    (theirs / ".git/info/exclude").write_text("*.local\n!kept.usual\n")
    for path in ("draft.py", "a.usual", "kept.usual", "b.local", ".envrc"):
        (theirs / path).write_text("text\n")

    imported = brought(product, theirs, untracked=True)

    assert product.files().keys() - set(tree(theirs)) == {"draft.py", "kept.usual"}
    assert ".envrc: by its name it holds secrets" in imported.skipped


def test_what_a_filter_would_strip_stays_out_wherever_the_filter_is_named(
    product: Product, theirs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_of_the_user(tmp_path / "home", monkeypatch)
    git(theirs, "config", "filter.x.clean", "false")
    (theirs / ".git/info/attributes").write_text("*.sh filter=x\n")
    (theirs / "run.sh").write_text("changed\n")
    (theirs / "book.ipynb").write_text("with all that it printed\n")

    imported = brought(product, theirs, untracked=True)

    assert "run.sh: made by a filter of its own" in imported.skipped
    assert "book.ipynb: made by a filter of its own" in imported.skipped
    assert product.files()["run.sh"] == b"echo hi\n"
    assert "book.ipynb" not in product.files()


def test_the_work_may_begin_at_another_commit(product: Product, theirs: Path) -> None:
    (theirs / "app.py").write_text("changed\n")

    imported = brought(product, theirs, revision="trunk~1")

    assert imported.commit.sha == git(theirs, "rev-parse", "HEAD~1") == product.head()
    assert product.hidden() == {} and product.files()["app.py"] == b"print('hi')\r\n"


@pytest.mark.parametrize("revision", ["nowhere", "--help", "HEAD^{tree}", "a\nb"])
def test_a_commit_that_is_not_there_is_said_to_be(
    product: Product, theirs: Path, revision: str
) -> None:
    with pytest.raises(ProductError, match="has no commit that"):
        brought(product, theirs, revision=revision)


def test_a_kill_in_the_middle_of_it_is_made_good(product: Product, theirs: Path) -> None:
    brought(product, theirs)

    again = Product.take_up(product.path)
    again.restore(None)
    assert again.head() is None and not (product.path / "app.py").exists()
    brought(again, theirs)

    assert again.head() == git(theirs, "rev-parse", "HEAD")
    assert git(product.path, "status", "--porcelain") == ""


def test_a_fork_has_the_customers_history_and_a_branch_of_its_own(
    product: Product, theirs: Path, tmp_path: Path
) -> None:
    brought(product, theirs)
    made = commit(product, {"app.py": b"print('ho')\r\n"})

    fork = share_history(
        product.path, tmp_path / "run-2" / "product", made.sha, {"1.coding": made.sha}
    )

    assert (fork.branch, fork.base()) == ("refs/heads/softhouse/run-2", product.base())
    assert git(fork.path, "status", "--porcelain", "--branch") == "## softhouse/run-2"
    assert fork.files() == product.files() and fork.hidden() == product.hidden()
    assert [entry.tags for entry in fork.log()] == [["1.coding"], []]


def test_a_branch_that_got_another_name_is_still_the_customers_repository(
    product: Product, theirs: Path
) -> None:
    brought(product, theirs)
    git(product.path, "branch", "-m", "feature")

    again = Product.open(product.path)

    assert (again.is_theirs, again.branch) == (True, "refs/heads/feature")
    made = commit(again, {"app.py": b"changed"})
    assert git(product.path, "rev-parse", "feature") == made.sha
    assert ".env" in again.hidden()


def test_a_bundle_comes_in_as_the_repository_does(
    product: Product, theirs: Path, tmp_path: Path
) -> None:
    git(theirs, "update-index", "--remove", "lib")
    git(theirs, "bundle", "create", "-q", str(tmp_path / "it.bundle"), "HEAD", "--all")

    imported = brought(product, tmp_path / "it.bundle")

    assert imported.commit.sha == product.head() == git(theirs, "rev-parse", "HEAD")
    assert product.files()["app.py"] == b"print('hi')\r\n"


@pytest.mark.parametrize(
    ("what", "said"),
    [(["HEAD~1..trunk"], "only the newest part"), (["trunk"], "")],
)
def test_a_bundle_that_is_not_whole_is_refused(
    product: Product, theirs: Path, tmp_path: Path, what: list[str], said: str
) -> None:
    git(theirs, "bundle", "create", "-q", str(tmp_path / "it.bundle"), *what)

    if said:
        with pytest.raises(ProductError, match=said):
            brought(product, tmp_path / "it.bundle")
    else:
        assert brought(product, tmp_path / "it.bundle").commit.sha == product.head()


def test_what_is_no_bundle_is_refused(product: Product, tmp_path: Path) -> None:
    (tmp_path / "it.bundle").write_text("# v2 git bundle, almost")

    with pytest.raises(ProductError, match="no git bundle"):
        brought(product, tmp_path / "it.bundle")


def test_a_shallow_clone_comes_in_as_far_as_it_goes(
    product: Product, theirs: Path, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{theirs}", "shallow")

    brought(product, tmp_path / "shallow")

    made = commit(product, {"app.py": b"1\n"})
    assert [entry.subject for entry in product.log(made.sha)] == ["Change it", "Second"]
    assert git(product.path, "log", "--format=%s") == "Change it\nSecond"
    fork = share_history(product.path, tmp_path / "run-2" / "product", made.sha, {})
    assert git(fork.path, "fsck") == ""


def test_a_linked_work_tree_a_detached_head_and_a_bare_repository_come_in(
    theirs: Path, tmp_path: Path
) -> None:
    git(theirs, "worktree", "add", "-q", "--detach", str(tmp_path / "linked"), "HEAD~1")
    git(tmp_path, "clone", "-q", "--bare", str(theirs), "bare")

    for place, head in (("linked", "HEAD~1"), ("bare", "HEAD")):
        product = Product.create(tmp_path / place / "run" / "product")
        assert brought(product, tmp_path / place).commit.sha == git(theirs, "rev-parse", head)


def test_a_repository_that_is_somebody_elses_is_not_read(
    product: Product, theirs: Path, tmp_path: Path
) -> None:
    (tmp_path / "stranger").mkdir()
    (tmp_path / "stranger/.git").write_text(f"gitdir: {theirs}/.git\n")

    with pytest.raises(ProductError, match="does not know it"):
        brought(product, tmp_path / "stranger")


def test_a_merge_that_was_not_ended_is_said_to_be(product: Product, theirs: Path) -> None:
    for branch, text in (("one", "1"), ("two", "2")):
        git(theirs, "checkout", "-q", "-B", branch, "trunk")
        (theirs / "run.sh").write_text(text)
        git(theirs, "commit", "-qam", branch)
    with pytest.raises(subprocess.CalledProcessError):
        git(theirs, "merge", "one")

    with pytest.raises(ProductError, match="was not ended"):
        brought(product, theirs)
    assert brought(product, theirs, revision="one").commit.sha == git(theirs, "rev-parse", "one")


def test_a_partial_clone_and_sha256_are_refused_in_a_word(
    product: Product, theirs: Path, tmp_path: Path
) -> None:
    git(theirs, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{theirs}", "part")
    git(tmp_path, "init", "-q", "--object-format=sha256", "other")
    (tmp_path / "other/a.py").write_text("1")
    git(tmp_path / "other", "add", "a.py")
    git(tmp_path / "other", "commit", "-qm", "First")

    for name in ("part", "other"):
        with pytest.raises(ProductError):
            brought(product, tmp_path / name)


def test_nothing_that_the_repository_configures_is_run(product: Product, theirs: Path) -> None:
    hook = theirs / ".git/ran.sh"
    hook.write_text('#!/bin/sh\ntouch "$(dirname "$0")/RAN"\ncat\n')
    hook.chmod(0o755)
    for setting in ("core.fsmonitor", "filter.x.clean", "filter.x.smudge", "diff.external"):
        git(theirs, "config", setting, str(hook))
    (theirs / ".git/RAN").unlink(missing_ok=True)
    (theirs / ".gitattributes").write_text("*.sh filter=x\n")
    (theirs / "run.sh").write_text("changed\n")

    imported = brought(product, theirs, untracked=True)

    assert not (theirs / ".git/RAN").exists()
    assert "run.sh: made by a filter of its own" in imported.skipped
    assert product.files()["run.sh"] == b"echo hi\n"


def test_too_many_files_are_refused_with_what_to_do(product: Product, theirs: Path) -> None:
    sha = git(theirs, "hash-object", "-w", "app.py")
    lines = "".join(f"100644 {sha}\tmany/{at}.py\n" for at in range(20_001))
    subprocess.run(
        ["git", "update-index", "--index-info"], cwd=theirs, input=lines.encode(), check=True
    )
    git(theirs, "commit", "-qm", "Many")

    with pytest.raises(ProductError, match="at most 20,000: give a folder"):
        brought(product, theirs)
