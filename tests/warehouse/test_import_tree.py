import os
from pathlib import Path

import pytest

from warehouse.errors import ProductError
from warehouse.paths import MAX_FILE_BYTES, MAX_FILES
from warehouse.product.intake.import_tree import import_tree
from warehouse.product.product import Product

AT = "2026-03-01T12:00:00Z"


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return Product.create(tmp_path / "product")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "theirs"
    (folder / "src").mkdir(parents=True)
    (folder / "src/App.py").write_text("print('hi')\n")
    (folder / "README.md").write_text("# App\n")
    return folder


def test_a_customers_program_becomes_the_first_commit(product: Product, source: Path) -> None:
    imported = import_tree(product, source, at=AT)

    assert product.files() == {"README.md": b"# App\n", "src/App.py": b"print('hi')\n"}
    assert product.log()[0].author == "Customer"
    assert product.log()[0].subject == "Bring in theirs"
    assert imported.commit.sha == product.head()
    assert imported.skipped == []


def test_what_may_not_come_in_is_left_out_and_named(product: Product, source: Path) -> None:
    (source / ".git/hooks").mkdir(parents=True)
    (source / ".git/config").write_text("[core]\n\tfsmonitor = touch /tmp/x\n")
    (source / "node_modules/x").mkdir(parents=True)
    (source / "node_modules/x/index.js").write_text("x")
    (source / "secret").symlink_to("/etc/passwd")
    (source / "away").symlink_to("/etc")
    (source / "big.bin").write_bytes(b"x" * (MAX_FILE_BYTES + 1))
    (source / "nul").write_text("x")
    os.mkfifo(source / "pipe")

    imported = import_tree(product, source, at=AT)

    assert set(product.files()) == {"README.md", "src/App.py"}
    assert sorted(line.split(":")[0] for line in imported.skipped) == [
        ".git/", "away", "big.bin", "node_modules/", "nul", "pipe", "secret",
    ]  # fmt: skip


def test_a_nested_repository_comes_in_as_its_files(product: Product, source: Path) -> None:
    (source / "lib/.git").mkdir(parents=True)
    (source / "lib/.git/HEAD").write_text("ref: refs/heads/x\n")
    (source / "lib/a.py").write_text("1\n")

    import_tree(product, source, at=AT)

    assert "lib/a.py" in product.files()
    assert not any(".git" in path for path in product.files())


def test_a_folder_with_too_much_in_it_is_refused_whole(product: Product, source: Path) -> None:
    for number in range(MAX_FILES):
        (source / f"f{number}").touch()

    with pytest.raises(ProductError, match="a product may have"):
        import_tree(product, source, at=AT)
    assert product.head() is None


@pytest.mark.parametrize("make", [False, True])
def test_a_folder_that_is_missing_or_empty_is_named(
    product: Product, tmp_path: Path, make: bool
) -> None:
    folder = tmp_path / "none"
    if make:
        folder.mkdir()

    with pytest.raises(ProductError, match="none"):
        import_tree(product, folder, at=AT)
