"""Runs in a folder named relative to the current one: the default, and any other."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import Softhouse, model_at, provider
from tests.support.scripted_provider import ScriptedProvider


@pytest.fixture
def serving() -> Iterator[ScriptedProvider]:
    with provider() as server:
        yield server


@pytest.mark.parametrize("place", ["default", "option", "setting"])
def test_a_run_of_an_existing_program_can_be_forked_and_checked(
    softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, place: str,
) -> None:  # fmt: skip
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.py").write_text("print(1)\n")
    if place == "setting":
        monkeypatch.setenv("SOFTHOUSE_PRODUCTS", "kept/here")
    named = ("--products", "../" + tmp_path.name + "/there") if place == "option" else ()
    begun = softhouse("run", "A tip calculator", "--from", "src", "--model", model_at(serving),
                      "--company", "solo", "--sandbox", "none", "--plain", *named)  # fmt: skip
    assert begun.code in (0, 1), begun.err

    checked = softhouse("replay", "last", "--check", *named)
    assert checked.code == 0, checked.err
    forked = softhouse("fork", "last", "--at", "handover", "--plain", *named)
    assert "not a git repository" not in forked.err
    assert forked.code in (0, 1), forked.err


def test_a_product_is_read_from_wherever_the_process_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warehouse.product.product import Product

    monkeypatch.chdir(tmp_path)
    Product.create("product")
    product = Product(Path("product"))
    monkeypatch.chdir(os.sep)

    assert product.files() == {}
    assert subprocess.run(["git", "-C", str(product.path), "status"], check=False).returncode == 0
