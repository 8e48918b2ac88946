"""`softhouse export --journal`: the journal goes where the product goes."""

from pathlib import Path

import pytest

from tests.support.command_line import Softhouse
from tests.support.histories import plain_git
from tests.support.journals import small_run, write_run
from tests.support.why import reviewed_product

REF = "refs/softhouse/journal"


def test_the_journal_is_stored_in_the_product_and_its_way_is_told(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    product = reviewed_product(tmp_path / "products")
    said = softhouse("export", "last", "--journal")
    assert said.code == 0
    assert f"Stored 8 events in {product.relative_to(tmp_path)} as {REF}." in said.out
    assert f"git fetch origin {REF}:{REF}" in said.out
    assert f"git push origin {REF}" in said.out
    journal = (product.parent / "journal.jsonl").read_text()
    assert plain_git(product, "show", f"{REF}:journal.jsonl") == journal
    assert list(tmp_path.glob("*.html")) == []


def test_what_was_left_out_is_said(softhouse: Softhouse, tmp_path: Path) -> None:
    pictures = reviewed_product(tmp_path / "products").parent / "attachments"
    pictures.mkdir()
    (pictures / "a?b\x1b[2J.png").write_bytes(b"x")
    said = softhouse("export", "last", "--journal").out
    assert "Left out: a?b" in said
    assert "\x1b" not in said


@pytest.mark.parametrize("option", [["--to", "md"], ["-o", "x.html"], ["--to", "html"]])
def test_it_is_one_or_the_other(softhouse: Softhouse, tmp_path: Path, option: list[str]) -> None:
    reviewed_product(tmp_path / "products")
    assert "do not apply" in softhouse("export", "last", "--journal", *option).fails_with(2)


def test_a_run_without_a_product_has_nowhere_to_store_it(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    write_run(tmp_path / "products", small_run())
    assert "holds no product" in softhouse("export", "last", "--journal").fails_with(2)
