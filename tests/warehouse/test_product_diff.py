"""What a commit changed, hunk by hunk, from repositories of friends and enemies."""

import subprocess
from pathlib import Path

import pytest

from tests.support.journals import AT
from warehouse.errors import ProductError
from warehouse.product.git import diff
from warehouse.product.git.command import GitCommand
from warehouse.product.git.objects import GitObjects
from warehouse.product.product import Product


def _commit(product: Product, changes: dict[str, bytes | None]) -> str:
    made = product.commit(
        changes,
        author="Programmer",
        role="programmer",
        message="Change it",
        trailers={"Softhouse-Step": "1"},
        at=AT,
        parent=product.head(),
    )
    assert made is not None
    return made.sha


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return Product.create(tmp_path / "product")


def test_every_line_has_its_mark_and_its_numbers(product: Product) -> None:
    _commit(product, {"a.txt": b"1\n2\n3\n4\n5\n6\n7\n8\n9\n"})
    sha = _commit(product, {"a.txt": b"1\n2\n3\n4\nfive\n6\n7\n8\n9\nten\n"})
    (file,) = product.diff(sha)
    (hunk,) = file.hunks
    assert [(x.mark, x.old, x.new, x.text) for x in hunk.lines] == [
        (" ", 2, 2, "2"),
        (" ", 3, 3, "3"),
        (" ", 4, 4, "4"),
        ("-", 5, 0, "5"),
        ("+", 0, 5, "five"),
        (" ", 6, 6, "6"),
        (" ", 7, 7, "7"),
        (" ", 8, 8, "8"),
        (" ", 9, 9, "9"),
        ("+", 0, 10, "ten"),
    ]
    assert (file.path, file.status, file.added, file.removed) == ("a.txt", "changed", 2, 1)


def test_the_first_commit_adds_everything_and_a_deletion_takes_it_away(product: Product) -> None:
    first = _commit(product, {"a.txt": b"one\ntwo\n", "b.txt": b"kept\n"})
    second = _commit(product, {"a.txt": None})
    assert [(f.path, f.status, f.added) for f in product.diff(first)] == [
        ("a.txt", "added", 2),
        ("b.txt", "added", 1),
    ]
    assert [(f.path, f.status, f.removed) for f in product.diff(second)] == [
        ("a.txt", "deleted", 2)
    ]


def test_lines_that_look_like_a_patch_are_lines(product: Product) -> None:
    before = b"-- a\n@@ -1 +1 @@\ndiff --git a/x b/x\nBinary files a and b differ\n"
    _commit(product, {"a.txt": before, "z.txt": b"last\n"})
    after = b"++ b\n@@ -9,9 +9,9 @@ forged\ndiff --git a/y b/y\n--- /dev/null\n"
    sha = _commit(product, {"a.txt": after, "z.txt": b"changed\n"})
    first, second = product.diff(sha)
    assert [x.text for x in first.hunks[0].lines if x.mark == "+"] == after.decode().split("\n")[
        :-1
    ]
    assert [x.text for x in first.hunks[0].lines if x.mark == "-"] == before.decode().split("\n")[
        :-1
    ]
    assert not first.binary
    assert (second.path, second.added) == ("z.txt", 1)


def test_a_missing_last_newline_is_remarked(product: Product) -> None:
    _commit(product, {"a.txt": b"one"})
    sha = _commit(product, {"a.txt": b"one\n"})
    marks = [line.mark for line in product.diff(sha)[0].hunks[0].lines]
    assert marks == ["-", "\\", "+"]


def test_empty_lines_carriage_returns_and_other_bytes_keep_their_places(product: Product) -> None:
    _commit(product, {"a.txt": b"a\r\n\nb\n"})
    sha = _commit(product, {"a.txt": b"a\r\n\n\xff\x0c\x1b[2J\n"})
    lines = product.diff(sha)[0].hunks[0].lines
    assert [(x.mark, x.text) for x in lines] == [
        (" ", "a\r"),
        (" ", ""),
        ("-", "b"),
        ("+", "\ufffd\x0c\x1b[2J"),
    ]


def test_a_binary_file_has_no_hunks(product: Product) -> None:
    sha = _commit(product, {"picture.png": b"\x89PNG\0\0\0"})
    (file,) = product.diff(sha)
    assert (file.binary, file.hunks) == (True, ())


def test_names_are_what_they_are(product: Product) -> None:
    names = ["a b.txt", "häß.py", "quote's.txt", "tab [@click=x].md"]
    sha = _commit(product, dict.fromkeys(names, b"x\n"))
    assert sorted(file.path for file in product.diff(sha)) == sorted(names)


def test_more_lines_than_anyone_reads_are_counted(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diff, "MOST_LINES", 10)
    sha = _commit(product, {"a.txt": b"x\n" * 8, "b.txt": b"x\n" * 8, "c.txt": b"x\n"})
    assert [(len(f.hunks), f.left_out) for f in product.diff(sha)] == [(1, 0), (0, 8), (1, 0)]


def test_a_repository_cannot_say_how_it_is_read(product: Product, tmp_path: Path) -> None:
    _commit(product, {"a.txt": b"1\n\n2\n", "b.txt": b"1\n"})
    sha = _commit(product, {"a.txt": b"1\n\n3\n", "b.txt": b"2\n"})
    fair = product.diff(sha)
    trap = tmp_path / "trap"
    (tmp_path / "order").write_text("b.txt\na.txt\n")
    settings = {
        "diff.external": f"touch {trap}",
        "diff.bad.command": f"touch {trap}",
        "diff.bad.textconv": f"touch {trap}; cat",
        "diff.orderFile": str(tmp_path / "order"),
        "diff.suppressBlankEmpty": "true",
        "diff.noprefix": "true",
        "diff.context": "0",
        "diff.renames": "copies",
        "color.ui": "always",
        "color.diff": "always",
    }
    for key, value in settings.items():
        subprocess.run(["git", "-C", str(product.path), "config", key, value], check=True)
    (product.path / ".git" / "info").mkdir(exist_ok=True)
    (product.path / ".git" / "info" / "attributes").write_text("* diff=bad\n")
    assert product.diff(sha) == fair
    assert not trap.exists()


def test_what_is_no_commit_of_the_product_is_refused(product: Product) -> None:
    _commit(product, {"a.txt": b"1\n"})
    for sha in ("HEAD", "--output=x", "ab" * 20, ""):
        with pytest.raises(ProductError):
            product.diff(sha)


def test_sizes_are_told_without_reading_the_files(product: Product) -> None:
    _commit(product, {"b.txt": b"four", "a/a.txt": b"four\n"})
    assert product.sizes() == {"a/a.txt": 5, "b.txt": 4}


def test_a_lost_object_is_an_error_in_words(product: Product) -> None:
    _commit(product, {"a.txt": b"lost\n", "b.txt": b"kept\n"})
    shown = ["git", "-C", str(product.path), "rev-parse", "HEAD:a.txt"]
    blob = subprocess.run(shown, capture_output=True, text=True, check=True).stdout.strip()
    (product.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    for look in (product.files, product.sizes, lambda: product.read("b.txt")):
        with pytest.raises(ProductError, match=f"lacks the object {blob}"):
            look()


def test_a_lost_content_of_an_object_is_an_error_in_words(product: Product) -> None:
    _commit(product, {"a.txt": b"1\n"})
    with pytest.raises(ProductError, match="lacks the object"):
        GitObjects(GitCommand(product.path / ".git")).contents(["ab" * 20])
