"""Other users of the machine: they cannot read a run, and cannot hold one up for ever."""

import fcntl
import stat
from pathlib import Path

import pytest

from warehouse.errors import ProductError
from warehouse.product.git import command
from warehouse.product.product import Product
from warehouse.runs.folders import create_run_folder


def test_the_folder_of_a_run_is_its_owners_alone(tmp_path: Path) -> None:
    folder = create_run_folder(tmp_path / "products", "a clock")

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_who_holds_a_product_and_does_not_let_go_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = Product.create(tmp_path / "product")
    monkeypatch.setattr(command, "LONGEST_WAIT", 0.05)
    head = product.path / ".git/HEAD"

    with head.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ProductError, match=r"Another process has held .*HEAD for 0\.05 s"):
            product.tag("coding", "0" * 40)
