import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.errors import PathRejected, ProductError
from warehouse.events import ChangedFile
from warehouse.product.git.commits import Commit
from warehouse.product.product import Product

AT = "2026-03-01T12:00:00Z"
ODDLY_SORTED = (
    "a.b", "a/b", "a-b/c", "a0", "b/a.b", "b/a/c", "b/a-c", "b/a0", "ü.txt", "ü/日本.txt",
    "x" * 80, "deep/" * 12 + "er",
)  # fmt: skip
TRAILERS = {"Softhouse-Run": "run-1", "Softhouse-Phase": "coding"}


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return Product.create(tmp_path / "product")


def commit(
    product: Product,
    changes: Mapping[str, bytes | None],
    parent: Commit | None = None,
    message: str = "Write the program",
    trailers: Mapping[str, str] = TRAILERS,
    tag: str | None = None,
) -> Commit:
    made = product.commit(
        changes,
        author="Programmer",
        role="programmer",
        message=message,
        trailers=trailers,
        at=AT,
        parent=parent.sha if parent else None,
        tag=tag,
    )
    assert made is not None
    return made


def git(product: Product, *arguments: str) -> str:
    """The customer's own git, on the product as it was handed over."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        ["git", "-c", "safe.directory=*", *arguments],
        cwd=product.path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def laid_out(product: Product) -> dict[str, bytes]:
    return {
        str(path.relative_to(product.path)): path.read_bytes()
        for path in sorted(product.path.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(product.path).parts
    }


def test_a_commit_is_signed_by_the_role_and_reads_as_a_story(product: Product) -> None:
    commit(product, {"main.py": b"print(1)\n"}, message="Write the program\n\nIt prints one.")

    assert git(product, "log", "--format=%an <%ae> %aI %cn%n%s%n%b").splitlines() == [
        "Programmer <programmer@softhouse.invalid> 2026-03-01T12:00:00+00:00 softhouse",
        "Write the program",
        "It prints one.",
        "",
        "Softhouse-Run: run-1",
        "Softhouse-Phase: coding",
        "Role: programmer",
        "",
    ]


def test_the_customer_finds_a_clean_repository_on_branch_main(product: Product) -> None:
    commit(product, {"main.py": b"print(1)\n", "src/data.bin": b"\0\1"})

    assert git(product, "status", "--porcelain=v1", "--branch").splitlines() == ["## main"]
    assert git(product, "fsck", "--strict", "--full") == ""
    assert laid_out(product) == {"main.py": b"print(1)\n", "src/data.bin": b"\0\1"}


def test_a_commit_tells_what_it_did_to_each_file(product: Product) -> None:
    first = commit(product, {"a.py": b"1\n2\n", "b.py": b"x\n", "c.bin": b"\0"})
    second = commit(product, {"a.py": b"1\n3\n4\n", "b.py": None, "d.py": b"new\n"}, first)

    assert first.files == [
        ChangedFile("a.py", "added", 2, 0),
        ChangedFile("b.py", "added", 1, 0),
        ChangedFile("c.bin", "added", 0, 0),
    ]
    assert second.files == [
        ChangedFile("a.py", "changed", 2, 1),
        ChangedFile("b.py", "deleted", 0, 1),
        ChangedFile("d.py", "added", 1, 0),
    ]
    assert laid_out(product) == {"a.py": b"1\n3\n4\n", "c.bin": b"\0", "d.py": b"new\n"}


def test_the_same_step_gives_the_same_id_in_another_place(product: Product, tmp_path: Path) -> None:
    other = Product.create(tmp_path / "other")

    assert commit(product, {"a": b"1"}).sha == commit(other, {"a": b"1"}).sha


def test_a_commit_starts_no_process(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process costs, a commit must not: a thousand companies commit at once."""
    monkeypatch.setenv("PATH", "/nowhere")
    first = commit(product, {"a.py": b"1\n", "b/c.py": b"1\n"}, tag="step")
    second = commit(product, {"a.py": b"2\n", "b/c.py": None}, first)
    monkeypatch.undo()
    assert [(f.path, f.status, f.added, f.removed) for f in second.files] == [
        ("a.py", "changed", 1, 1),
        ("b/c.py", "deleted", 0, 1),
    ]
    assert product.head() == second.sha


def test_a_change_that_changes_nothing_is_no_commit(product: Product) -> None:
    first = commit(product, {"a.py": b"1\n"})

    again = product.commit(
        {"a.py": b"1\n", "never.py": None},
        author="Programmer",
        role="programmer",
        message="Again",
        trailers={},
        at=AT,
        parent=first.sha,
    )

    assert again is None
    assert product.head() == first.sha


def test_resuming_from_an_earlier_commit_moves_branch_and_files_there(product: Product) -> None:
    first = commit(product, {"a.py": b"1\n"})
    commit(product, {"a.py": b"2\n", "lost.py": b"x\n", "deep/er/lost.py": b"x\n"}, first)

    other = commit(product, {"b.py": b"3\n"}, first)

    assert product.head() == other.sha
    assert laid_out(product) == {"a.py": b"1\n", "b.py": b"3\n"}
    assert not (product.path / "deep").exists()


def test_restoring_an_earlier_commit_keeps_what_was_never_the_products(
    product: Product,
) -> None:
    first = commit(product, {"a.py": b"1\n"})
    commit(product, {"b.py": b"2\n"}, first)
    (product.path / "notes.txt").write_text("mine")

    product.restore(first.sha)

    assert laid_out(product) == {"a.py": b"1\n", "notes.txt": b"mine"}
    assert product.head() == first.sha


def test_the_log_gives_back_what_was_committed(product: Product) -> None:
    first = commit(product, {"a.py": b"1\n"}, message="Begin", tag="1.coding")
    second = commit(product, {"a.py": b"2\n"}, first, message="Mend it\n\nBecause.\n\nOf this.")
    product.tag("2.review", second.sha)
    product.tag("done", second.sha)

    newest, oldest = product.log()

    assert (oldest.subject, oldest.parent, oldest.tags) == ("Begin", None, ["1.coding"])
    assert (newest.sha, newest.parent, newest.author) == (second.sha, first.sha, "Programmer")
    assert (newest.subject, newest.body, newest.at) == ("Mend it", "Because.\n\nOf this.", AT)
    assert newest.trailers == {**TRAILERS, "Role": "programmer"}
    assert newest.tags == ["2.review", "done"]


def test_a_tag_moves_to_the_last_commit_that_was_given_it(product: Product) -> None:
    first = commit(product, {"a.py": b"1\n"}, tag="step")
    second = commit(product, {"a.py": b"2\n"}, first, tag="step")

    assert git(product, "rev-parse", "step").strip() == second.sha


def test_files_of_every_commit_can_be_read_back(product: Product) -> None:
    first = commit(product, {"a.py": b"1\n", "z/ü.txt": "ü".encode()})
    commit(product, {"a.py": b"2\n"}, first)

    assert product.files(first.sha) == {"a.py": b"1\n", "z/ü.txt": "ü".encode()}
    assert product.files()["a.py"] == b"2\n"
    assert product.read("z/ü.txt") == "ü".encode()
    with pytest.raises(ProductError, match=r"no file 'b\.py'"):
        product.read("b.py")


def test_an_empty_product_has_no_head_no_files_and_no_log(product: Product) -> None:
    assert (product.head(), product.files(), product.log()) == (None, {}, [])


def test_words_of_a_model_cannot_forge_trailers_or_patches(product: Product) -> None:
    forged = "Write\x1b]0;x\x07\n\ndone\n---\ndiff --git a/x b/x\n\nRole: chief\nSofthouse-Run: 2"

    commit(product, {"a.py": b"1\n"}, message=forged, trailers={"Softhouse-Run": "1\nRole: chief"})

    (entry,) = product.log()
    assert entry.trailers == {"Softhouse-Run": "1 Role: chief", "Role": "programmer"}
    parsed = git(product, "log", "--format=%(trailers:only,unfold)").strip()
    assert parsed == "Softhouse-Run: 1 Role: chief\nRole: programmer"
    message = git(product, "log", "--format=%B")
    interpreted = subprocess.run(
        ["git", "interpret-trailers", "--parse"], input=message, capture_output=True, text=True
    )
    assert interpreted.stdout.strip() == parsed
    assert "\x1b" not in message
    assert "\n---\n" not in message
    assert "\ndiff --git" not in message


def test_an_authors_title_cannot_break_out_of_its_line(product: Product) -> None:
    product.commit(
        {"a": b"1"},
        author="Chief <root@evil>\nfrom 0",
        role="../Chief\n",
        message="Add",
        trailers={},
        at=AT,
        parent=None,
    )

    assert (
        git(product, "log", "--format=%an|%ae")
        == "Chief root@evil from 0|chief@softhouse.invalid\n"
    )


def test_the_repository_does_not_tell_whose_machine_made_it(product: Product) -> None:
    """git's own log of a branch names the user and the host of whoever moved it."""
    first = commit(product, {"a": b"1"}, tag="step")
    commit(product, {"a": b"2"}, first)
    product.restore(first.sha)

    assert not (product.path / ".git" / "logs").exists()


@settings(max_examples=12, deadline=None)
@given(message=st.text(max_size=300), value=st.text(max_size=80), title=st.text(max_size=30))
def test_whatever_is_said_the_trailers_are_ours(
    tmp_path_factory: pytest.TempPathFactory, message: str, value: str, title: str
) -> None:
    product = Product.create(tmp_path_factory.mktemp("any") / "product")
    product.commit(
        {"a": b"1"},
        author=title,
        role="programmer",
        message=message,
        trailers={"Softhouse-Run": value},
        at=AT,
        parent=None,
    )

    (entry,) = product.log()
    assert set(entry.trailers) <= {"Softhouse-Run", "Role"}
    assert entry.trailers["Role"] == "programmer"
    assert git(product, "fsck", "--strict") == ""


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from(ODDLY_SORTED), st.binary(max_size=9_000), min_size=1))
def test_whatever_the_files_git_and_its_index_hold_just_them(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    product = Product.create(tmp_path_factory.mktemp("any") / "product")

    made = commit(product, files)

    assert product.files(made.sha) == laid_out(product) == dict(sorted(files.items()))
    assert git(product, "status", "--porcelain") == ""
    assert git(product, "fsck", "--strict") == ""
    numbers = git(product, "show", "--numstat", "--format=", "-z").replace("-\t-", "0\t0")
    told = [f"{each.added}\t{each.removed}\t{each.path}" for each in made.files]
    assert numbers.split("\0")[:-1] == told


def test_a_tag_for_a_commit_that_is_not_there_is_refused(product: Product) -> None:
    commit(product, {"a.py": b"1\n"})

    with pytest.raises(ProductError, match=r"no commit f{40} that could be called delivered"):
        product.tag("delivered", "f" * 40)


def test_a_tag_that_another_git_is_writing_is_left_to_it(product: Product) -> None:
    made = commit(product, {"a.py": b"1\n"})
    lock = product.path / ".git/refs/tags/delivered.lock"
    lock.write_text("")

    with pytest.raises(ProductError, match="another git works on the product"):
        product.tag("delivered", made.sha)

    assert lock.exists()


def test_an_index_that_the_customer_changed_meanwhile_is_looked_at(product: Product) -> None:
    first = commit(product, {"a.py": b"1\n", "b.py": b"2\n"})
    git(product, "rm", "--quiet", "b.py")
    (product.path / "b.py").write_text("mine\n")

    commit(product, {"b.py": None}, first)

    assert laid_out(product) == {"a.py": b"1\n", "b.py": b"mine\n"}


def test_generated_git_files_are_data_and_change_nothing(product: Product) -> None:
    ran = product.path.parent / "ran"
    files = {
        ".gitattributes": b"* filter=evil -diff working-tree-encoding=UTF-16 ident\n*.py binary\n",
        ".gitmodules": b'[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% ran\n',
        ".gitignore": b"*\n",
        ".gitconfig": f'[filter "evil"]\n\tclean = touch {ran}\n'.encode(),
        "main.py": b"print('$Id$')\r\n",
    }

    first = commit(product, files)
    second = commit(product, {"main.py": b"print(2)\r\n"}, first)

    assert product.files(first.sha) == dict(sorted(files.items()))
    assert second.files == [ChangedFile("main.py", "changed", 1, 1)]
    assert laid_out(product)["main.py"] == b"print(2)\r\n"
    assert not ran.exists()


def test_settings_and_hooks_planted_in_the_git_folder_run_nothing(product: Product) -> None:
    first = commit(product, {".gitattributes": b"*.py filter=evil diff=evil\n", "a.py": b"1\n"})
    ran = product.path.parent / "ran"
    touch = f"touch {ran}"
    with (product.path / ".git/config").open("a") as config:
        config.write(
            f"[core]\n\tfsmonitor = {touch}\n\tpager = {touch}\n\tsshCommand = {touch}\n"
            f"\thooksPath = {product.path}/hooks\n[diff]\n\texternal = {touch}\n"
            f'[diff "evil"]\n\ttextconv = {touch}\n\tcommand = {touch}\n'
            f'[filter "evil"]\n\tclean = {touch}\n\tsmudge = {touch}\n\tprocess = {touch}\n'
            f"[gpg]\n\tprogram = {touch}\n[commit]\n\tgpgSign = true\n[log]\n\tshowSignature = true\n"
        )
    for folder in (product.path / ".git/hooks", product.path / "hooks"):
        folder.mkdir()
        for name in ("reference-transaction", "post-index-change", "post-checkout", "pre-commit"):
            (folder / name).write_text(f"#!/bin/sh\n{touch}\n")
            (folder / name).chmod(0o755)

    again = Product.open(product.path)
    second = commit(again, {"a.py": b"2\n"}, first, tag="step")
    again.restore(first.sha)
    again.log()
    again.files()

    assert second.files == [ChangedFile("a.py", "changed", 1, 1)]
    assert not ran.exists()


def test_git_settings_of_the_users_own_shell_are_not_obeyed(
    product: Product, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text("[core]\n\tautocrlf = true\n[user]\n\tname = Someone\n")
    for name, value in {
        "GIT_DIR": "/nowhere",
        "GIT_INDEX_FILE": "/nowhere/index",
        "GIT_OBJECT_DIRECTORY": "/nowhere/objects",
        "GIT_CONFIG_GLOBAL": str(settings),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.bigFileThreshold",
        "GIT_CONFIG_VALUE_0": "1",
        "GIT_AUTHOR_NAME": "Someone",
        "GIT_COMMITTER_DATE": "2001-01-01T00:00:00Z",
        "GIT_DEFAULT_HASH": "sha256",
    }.items():
        monkeypatch.setenv(name, value)

    again = Product.create(tmp_path / "again")
    made = commit(again, {"a.py": b"1\r\n"})
    monkeypatch.undo()

    assert made.sha == commit(product, {"a.py": b"1\r\n"}).sha
    assert again.log()[0].author == "Programmer"


def test_links_planted_in_the_work_tree_are_never_followed(product: Product) -> None:
    first = commit(product, {"src/a.py": b"1\n", "b.py": b"1\n"})
    outside = product.path.parent / "outside"
    outside.mkdir()
    (outside / "a.py").write_text("precious")
    (outside / "b.py").write_text("precious")
    (product.path / "src/a.py").unlink()
    (product.path / "src").rmdir()
    (product.path / "src").symlink_to(outside)
    (product.path / "b.py").unlink()
    (product.path / "b.py").symlink_to(outside / "b.py")

    commit(product, {"src/a.py": b"2\n", "src/c.py": b"3\n", "b.py": b"2\n"}, first)

    assert {path.name: path.read_text() for path in outside.iterdir()} == {
        "a.py": "precious",
        "b.py": "precious",
    }
    assert (product.path / "b.py.yours").readlink() == outside / "b.py"
    (product.path / "b.py.yours").unlink()
    assert laid_out(product) == {"src/a.py": b"2\n", "src/c.py": b"3\n", "b.py": b"2\n"}


def test_deleting_through_a_planted_link_deletes_nothing_outside(product: Product) -> None:
    first = commit(product, {"src/a.py": b"1\n", "b.py": b"1\n"})
    outside = product.path.parent / "outside"
    outside.mkdir()
    (outside / "a.py").write_text("precious")
    (product.path / "src/a.py").unlink()
    (product.path / "src").rmdir()
    (product.path / "src").symlink_to(outside)

    commit(product, {"src/a.py": None}, first)

    assert (outside / "a.py").read_text() == "precious"


def test_a_folder_planted_where_a_file_belongs_gives_way(product: Product) -> None:
    first = commit(product, {"a.py": b"1\n"})
    (product.path / "a.py").unlink()
    (product.path / "a.py/deep").mkdir(parents=True)

    commit(product, {"a.py": b"2\n"}, first)

    assert laid_out(product) == {"a.py": b"2\n"}


def test_a_file_may_become_a_folder_and_a_folder_a_file(product: Product) -> None:
    first = commit(product, {"game": b"1\n", "ui/a.py": b"1\n"})

    second = commit(product, {"game": None, "game/a.py": b"2\n", "ui/a.py": None, "ui": b""}, first)

    assert product.files(second.sha) == {"game/a.py": b"2\n", "ui": b""}
    assert laid_out(product) == {"game/a.py": b"2\n", "ui": b""}


def test_a_file_that_begins_as_a_script_can_be_started(product: Product) -> None:
    commit(product, {"run.sh": b"#!/bin/sh\necho hi\n", "a.py": b"1\n"})

    assert os.access(product.path / "run.sh", os.X_OK)
    assert not os.access(product.path / "a.py", os.X_OK)
    assert git(product, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"../x": b"1"},
        {".git/hooks/pre-commit": b"1"},
        {"a.py": b"1", "A.py": b"2"},
        {"a": b"1", "a/b": b"2"},
        {"a.py": b"1", "./a.py": b"2"},
    ],
)
def test_a_path_that_may_not_be_in_a_product_is_refused_before_anything_is_written(
    product: Product, changes: dict[str, bytes | None]
) -> None:
    with pytest.raises(PathRejected):
        commit(product, changes)

    assert product.head() is None
    assert laid_out(product) == {}


def test_a_tree_that_someone_else_committed_is_refused(product: Product) -> None:
    git(product, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "--allow-empty", "-qm", "x")
    link = git(product, "rev-parse", "HEAD").strip()
    blob = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"],
        cwd=product.path, input="/etc/passwd", capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    for entry in (f"120000 blob {blob}\tlink\n", f"160000 commit {link}\tmodule\n"):
        tree = subprocess.run(
            ["git", "mktree"], cwd=product.path, input=entry, capture_output=True, text=True
        ).stdout.strip()
        planted = git(
            product, "-c", "user.name=x", "-c", "user.email=x@x", "commit-tree", tree, "-m", "x"
        ).strip()

        with pytest.raises(PathRejected, match="no plain file"):
            product.restore(planted)
        with pytest.raises(PathRejected, match="no plain file"):
            commit(product, {"a": b"1"}, Commit(planted, "", "", []))

    assert laid_out(product) == {}


@pytest.mark.parametrize("sha", ["HEAD", "--all", "main", "0" * 39, "", "0" * 40 + "\n"])
def test_only_full_ids_name_commits(product: Product, sha: str) -> None:
    with pytest.raises(ProductError, match="no commit id"):
        product.restore(sha)


@pytest.mark.parametrize("tag", ["", "-d", "a..b", "a b", "x.lock", "a\nb", "/a", "a/", "a~1"])
def test_a_tag_that_git_would_misread_is_refused(product: Product, tag: str) -> None:
    with pytest.raises(ProductError, match="no tag name"):
        commit(product, {"a": b"1"}, tag=tag)


def test_an_unknown_parent_is_an_error_and_moves_nothing(product: Product) -> None:
    with pytest.raises(ProductError, match="git ls-tree failed"):
        commit(product, {"a": b"1"}, Commit("1" * 40, "", "", []))

    assert product.head() is None


def test_a_time_that_is_none_is_refused(product: Product) -> None:
    with pytest.raises(ProductError, match="ISO 8601"):
        product.commit(
            {"a": b"1"}, author="A", role="a", message="m", trailers={}, at="today", parent=None
        )


def test_without_git_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ProductError, match="apt install git"):
        Product.create(tmp_path / "product")


def test_a_folder_in_use_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(ProductError, match="is not empty"):
        Product.create(tmp_path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ProductError, match="cannot be made"):
        Product.create(tmp_path / "file" / "product")


def test_a_git_folder_that_is_a_link_is_no_product(product: Product, tmp_path: Path) -> None:
    commit(product, {"a": b"1"})
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake/.git").symlink_to(product.path / ".git")

    with pytest.raises(ProductError, match="holds no product"):
        Product.open(tmp_path / "fake")


def test_locks_left_by_a_run_that_was_killed_do_not_stop_the_next(product: Product) -> None:
    first = commit(product, {"a": b"1"}, tag="step")
    for lock in ("index.lock", "HEAD.lock", "refs/heads/main.lock", "refs/tags/step.lock"):
        (product.path / ".git" / lock).touch()

    again = Product.open(product.path)
    assert again.files() == {"a": b"1"}
    assert (product.path / ".git/index.lock").exists()
    second = commit(again, {"a": b"2"}, first, tag="step")

    assert again.head() == second.sha
    assert git(product, "status", "--porcelain") == ""


def test_two_threads_committing_leave_a_whole_product(product: Product) -> None:
    first = commit(product, {"a": b"0"})
    threads = [Thread(target=commit, args=(product, {f"f{n}": b"x\n"}, first)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert git(product, "fsck", "--strict", "--no-dangling") == ""
    assert laid_out(product) == product.files()
    assert len(product.log()) == 2


def test_a_file_that_somebody_put_there_is_kept_beside_one_that_takes_its_name(
    product: Product,
) -> None:
    first = commit(product, {"main.py": b"one"})
    (product.path / "notes.md").write_text("mine")
    second = commit(product, {"notes.md": b"the company's"}, first)
    assert (product.path / "notes.md.yours").read_text() == "mine"
    assert product.read("notes.md", second.sha) == b"the company's"
    assert git(product, "status", "--porcelain") == "?? notes.md.yours\n"


@pytest.mark.parametrize("path", ["notes.md", "notes.md/part.md"])
def test_what_somebody_staged_is_kept_as_well(product: Product, path: str) -> None:
    first = commit(product, {"main.py": b"one"})
    (product.path / "notes.md").write_text("mine")
    git(product, "add", "notes.md")

    commit(product, {path: b"the company's"}, first)

    assert (product.path / "notes.md.yours").read_text() == "mine"
    assert (product.path / path).read_bytes() == b"the company's"


@pytest.mark.parametrize("way", ["commit", "commit-tree"])
def test_what_somebody_committed_meanwhile_stays_to_be_found(product: Product, way: str) -> None:
    first = commit(product, {"main.py": b"one"})
    ada = ("-c", "user.name=Ada", "-c", "user.email=a@b")
    if way == "commit":
        (product.path / "notes.md").write_text("mine")
        git(product, "add", "notes.md")
        git(product, *ada, "commit", "-qm", "Mine")
    else:  # as a push into the product comes: the index stays as it was
        mine = git(product, *ada, "commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "Mine").strip()
        git(product, "update-ref", product.branch, mine)
    theirs = git(product, "rev-parse", "HEAD").strip()

    second = commit(product, {"main.py": b"two"}, first)

    assert second.kept == theirs
    assert git(product, "rev-parse", f"refs/softhouse/kept/{theirs}").strip() == theirs
    assert commit(product, {"main.py": b"three"}, second).kept is None


@pytest.mark.parametrize("path", ["notes", "notes/a.md", "notes/deep/a.md"])
@pytest.mark.parametrize("kind", ["folder", "link", "file"])
def test_whatever_somebody_put_in_the_way_of_a_new_file_is_kept_beside_it(
    product: Product, path: str, kind: str
) -> None:
    first = commit(product, {"main.py": b"one"})
    place = product.path / ("notes/a.md" if kind == "folder" and path != "notes" else "notes")
    beside = place.with_name(f"{place.name}.yours")
    if kind == "folder":
        (place / "inside").mkdir(parents=True)
        (place / "inside" / "words.txt").write_text("mine")
    elif kind == "link":
        place.symlink_to("elsewhere")
    else:
        place.write_text("mine")

    commit(product, {path: b"the company's"}, first)

    assert (product.path / path).read_bytes() == b"the company's"
    if kind == "folder":
        kept = beside if path != "notes/deep/a.md" else place
        assert (kept / "inside" / "words.txt").read_text() == "mine"
    elif kind == "link":
        assert str(beside.readlink()) == "elsewhere"
    else:
        assert beside.read_text() == "mine"


def test_a_full_folder_where_a_file_was_is_kept_beside_it_on_resuming(product: Product) -> None:
    first = commit(product, {"a.py": b"1\n"})
    (product.path / "a.py").unlink()
    (product.path / "a.py/deep").mkdir(parents=True)
    (product.path / "a.py/deep/words.txt").write_text("mine")

    Product.open(product.path).restore(first.sha)

    assert (product.path / "a.py").read_bytes() == b"1\n"
    assert (product.path / "a.py.yours/deep/words.txt").read_text() == "mine"


@pytest.mark.parametrize("is_resumed", [False, True])
def test_what_somebody_only_staged_is_kept(product: Product, is_resumed: bool) -> None:
    first = commit(product, {"a.py": b"1\n"})
    for name in ("a.py", "new.py", "b.py"):
        (product.path / name).write_text("mine\n")
    git(product, "add", "a.py", "new.py", "b.py")
    (product.path / "a.py").write_text("1\n")
    (product.path / "new.py").unlink()

    if is_resumed:
        kept = Product.open(product.path).restore(first.sha)
    else:
        kept = commit(product, {"c.py": b"2\n"}, first).kept

    assert git(product, "ls-tree", "--name-only", f"refs/softhouse/kept/{kept}") == "a.py\nnew.py\n"
    assert git(product, "show", f"{kept}:new.py") == "mine\n"
    assert Product.open(product.path).restore(first.sha) is None


def test_a_link_that_somebody_put_where_a_file_was_is_kept(product: Product) -> None:
    first = commit(product, {"a.py": b"1\n", "b.py": b"1\n"})
    for name in ("a.py", "b.py"):
        (product.path / name).unlink()
        (product.path / name).symlink_to("elsewhere")

    commit(product, {"b.py": None, "c.py": b"1\n"}, first)

    assert (product.path / "a.py").read_bytes() == b"1\n"
    assert str((product.path / "a.py.yours").readlink()) == "elsewhere"
    assert str((product.path / "b.py").readlink()) == "elsewhere"


@pytest.mark.parametrize("is_staged", [False, True])
@pytest.mark.parametrize("content", [b"2\n", None])
def test_a_file_that_somebody_changed_meanwhile_is_kept_beside_what_becomes_of_it(
    product: Product, content: bytes | None, is_staged: bool
) -> None:
    first = commit(product, {"a.py": b"1\n", "b.py": b"1\n"})
    (product.path / "a.py").write_text("mine\n")
    if is_staged:
        git(product, "add", "a.py")

    commit(product, {"a.py": content}, first)

    assert (product.path / "a.py.yours").read_text() == "mine\n"
    assert product.files().get("a.py") == content
    assert (product.path / "a.py").exists() == (content is not None)


def test_what_was_staged_and_left_out_is_not_taken_away(product: Product) -> None:
    first = commit(product, {"a.py": b"1\n"})
    (product.path / ".env").write_text("KEY=mine\n")
    git(product, "add", "--force", ".env")

    second = commit(product, {"a.py": b"2\n"}, first)
    git(product, "add", "--force", ".env")
    Product.open(product.path).restore(second.sha)

    assert (product.path / ".env").read_text() == "KEY=mine\n"
