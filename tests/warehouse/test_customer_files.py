"""What of a customer's folder comes in: never what git would not publish, nor what names itself a secret."""

import os
import subprocess
from pathlib import Path

import pytest

from warehouse.errors import ProductError
from warehouse.paths import MAX_FILE_BYTES
from warehouse.product.intake.filters import filtered_below
from warehouse.product.intake.import_tree import import_tree
from warehouse.product.product import Product

AT = "2026-03-01T12:00:00Z"


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return Product.create(tmp_path / "product")


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A repository with a tracked program, an ignored `.env` and a file that nobody added."""
    folder = tmp_path / "theirs"
    write(folder, {"app.py": "print('hi')\n", "pkg/part.py": "1\n", ".gitignore": ".env\n/out/\n"})
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    write(folder, {".env": "KEY=sk-secret\n", "out/log.txt": "x", "draft.py": "2\n"})
    return folder


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def test_what_git_tracks_comes_in_and_the_rest_is_named(product: Product, theirs: Path) -> None:
    imported = import_tree(product, theirs, at=AT)

    assert set(product.files()) == {"app.py", "pkg/part.py", ".gitignore"}
    assert sorted(imported.skipped) == [
        ".env: by its name it holds secrets",
        ".git/: rebuilt by tools, or git's own",
        "draft.py: not tracked by git",
        "out/: not tracked by git",
    ]


def test_a_tracked_file_comes_in_as_it_lies_there(product: Product, theirs: Path) -> None:
    (theirs / "app.py").write_text("print('changed')\n")

    import_tree(product, theirs, at=AT)

    assert product.files()["app.py"] == b"print('changed')\n"


def test_a_folder_inside_of_a_repository_brings_what_is_tracked_there(
    product: Product, theirs: Path
) -> None:
    write(theirs, {"pkg/draft.py": "3\n"})

    import_tree(product, theirs / "pkg", at=AT)

    assert set(product.files()) == {"part.py"}


def test_a_linked_work_tree_is_asked_for_its_own_files(
    product: Product, theirs: Path, tmp_path: Path
) -> None:
    git(theirs, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first")
    git(theirs, "worktree", "add", "-q", str(tmp_path / "linked"))
    write(tmp_path / "linked", {"draft.py": "3\n"})

    import_tree(product, tmp_path / "linked", at=AT)

    assert set(product.files()) == {"app.py", "pkg/part.py", ".gitignore"}


def test_nothing_that_a_repository_configures_is_run(product: Product, theirs: Path) -> None:
    ran = theirs.parent / "ran"
    git(theirs, "config", "core.fsmonitor", f"touch {ran}; false")
    git(theirs, "config", "filter.x.clean", f"touch {ran}")
    (theirs / ".git/info").mkdir(exist_ok=True)
    (theirs / ".git/info/attributes").write_text("part.py filter=x\n")

    imported = import_tree(product, theirs, at=AT)

    assert not ran.exists()
    assert "app.py" in product.files()
    assert "pkg/part.py: made by a filter of its own" in imported.skipped


def test_of_a_folder_what_a_filter_of_the_repository_around_it_would_strip_stays_out(
    product: Product, theirs: Path
) -> None:
    write(theirs, {"pkg/key.py": "KEY = 'sk-secret'\n", ".gitattributes": "key.py filter=x\n"})
    git(theirs, "add", "-A")
    git(theirs, "config", "filter.x.process", "false")

    imported = import_tree(product, theirs / "pkg", at=AT)

    assert set(product.files()) == {"part.py"}
    assert imported.skipped == ["key.py: made by a filter of its own"]


@pytest.mark.parametrize(
    ("attributes", "config", "stays_out"),
    [
        ("*.py filter=x", "", False),
        ("*.py filter", "", False),
        ("*.py filter=", "", False),
        ("*.py filter=lfs", "", True),
        ("*.py filter=x", "[include]\n\tpath = elsewhere\n", True),
        ("*.py filter=x", "[no\n", True),
    ],
)
def test_a_filter_that_is_only_named_keeps_nothing_out(
    theirs: Path, attributes: str, config: str, stays_out: bool
) -> None:
    (theirs / ".gitattributes").write_text(f"{attributes}\n")
    (theirs / ".git/config").write_text(config)
    assert bool(filtered_below(theirs, ["app.py"])) is stays_out


def test_settings_that_lead_nowhere_say_nothing(product: Product, theirs: Path) -> None:
    (theirs / "loop").symlink_to("loop")
    git(theirs, "config", "core.excludesFile", "loop")
    git(theirs, "config", "core.attributesFile", "loop")
    import_tree(product, theirs, at=AT)
    assert "app.py" in product.files()


def test_without_git_the_ignore_files_decide_each_for_its_folder(
    product: Product, tmp_path: Path
) -> None:
    folder = tmp_path / "plain"
    write(
        folder,
        {
            ".gitignore": "*.log\nbuild/\n/data.csv\n",
            "app.py": "1\n",
            "debug.log": "x",
            "build/app.o": "x",
            "data.csv": "1,2\n",
            "examples/data.csv": "3,4\n",
            "tests/.gitignore": "!expected.log\n",
            "tests/expected.log": "x\n",
            "tests/other.log": "x\n",
        },
    )

    imported = import_tree(product, folder, at=AT)

    assert set(product.files()) == {
        ".gitignore", "app.py", "examples/data.csv", "tests/.gitignore", "tests/expected.log",
    }  # fmt: skip
    assert "build/: ignored by .gitignore" in imported.skipped


def test_what_the_users_own_settings_of_git_ignore_stays_out_of_any_folder(
    product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    write(tmp_path, {"git/ignore": "*.local\n", "plain/app.py": "1\n", "plain/sub/a.local": "x"})

    imported = import_tree(product, tmp_path / "plain", at=AT)

    assert set(product.files()) == {"app.py"}
    assert imported.skipped == ["sub/a.local: ignored by your settings of git"]


def test_a_repository_without_an_index_is_read_like_a_plain_folder(
    product: Product, theirs: Path
) -> None:
    (theirs / ".git/index").unlink()

    import_tree(product, theirs, at=AT)

    assert set(product.files()) == {"app.py", "draft.py", "pkg/part.py", ".gitignore"}


@pytest.mark.parametrize("index", [b"", b"DIRC rubbish", b"\0" * 4096])
def test_an_index_that_is_none_lets_nothing_ignored_in(
    product: Product, theirs: Path, index: bytes
) -> None:
    (theirs / ".git/index").write_bytes(index)

    import_tree(product, theirs, at=AT)

    assert set(product.files()) == {"app.py", "draft.py", "pkg/part.py", ".gitignore"}


@pytest.mark.parametrize(
    "name",
    [
        ".env", "prod.env", ".env.local", "deploy/.ENV", "server.pem", "tls/private.key", "id_rsa",
        "id_ed25519_work", ".netrc", ".pypirc", ".npmrc", ".git-credentials", ".aws/credentials",
        "client_secret_12.json", "service-account.json", "service_account_prod.json",
        "terraform.tfstate", "prod.tfvars", "vault.kdbx", "secrets.yaml", ".htpasswd", ".ssh/config",
    ],
)  # fmt: skip
def test_what_names_itself_a_secret_stays_out_even_where_git_tracks_it(
    product: Product, theirs: Path, name: str
) -> None:
    write(theirs, {name: "sk-secret\n"})
    git(theirs, "add", "-f", "-A")

    imported = import_tree(product, theirs, at=AT)

    assert not any(b"sk-secret" in content for content in product.files().values())
    assert any("holds secrets" in line for line in imported.skipped)


@pytest.mark.parametrize(
    "name",
    [
        ".env.example", ".env.sample", "config.env.template", "id_rsa.pub", "secrets.py",
        "credentials.py", "environment.yml", "keys.py", "keyboard.py", "monkey.txt",
    ],
)  # fmt: skip
def test_what_only_sounds_like_a_secret_comes_in(product: Product, theirs: Path, name: str) -> None:
    write(theirs, {name: "x\n"})
    git(theirs, "add", "-f", "-A")

    import_tree(product, theirs, at=AT)

    assert name in product.files()


def test_a_link_in_the_place_of_a_tracked_file_or_folder_is_not_followed(
    product: Product, theirs: Path, tmp_path: Path
) -> None:
    write(tmp_path, {"private/part.py": "sk-secret\n"})
    (theirs / "app.py").unlink()
    (theirs / "app.py").symlink_to(tmp_path / "private/part.py")
    (theirs / "pkg/part.py").unlink()
    (theirs / "pkg").rmdir()
    (theirs / "pkg").symlink_to(tmp_path / "private")

    imported = import_tree(product, theirs, at=AT)

    assert set(product.files()) == {".gitignore"}
    assert {"app.py: a link", "pkg: a link"} <= set(imported.skipped)


def test_too_many_bytes_are_refused_before_one_of_them_is_read(
    product: Product, tmp_path: Path
) -> None:
    folder = tmp_path / "sparse"
    folder.mkdir()
    for number in range(1_500):
        with (folder / f"{number}.bin").open("wb") as file:
            file.truncate(MAX_FILE_BYTES)

    with pytest.raises(ProductError, match="3,000,000,000 bytes together"):
        import_tree(product, folder, at=AT)


def test_names_that_are_no_utf8_are_left_out_and_named(product: Product, theirs: Path) -> None:
    (theirs / os.fsdecode(b"caf\xe9.py")).write_text("x")
    git(theirs, "add", "-A")

    imported = import_tree(product, theirs, at=AT)

    assert any("not valid UTF-8" in line for line in imported.skipped)
