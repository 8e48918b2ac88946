"""The products that come with the demos."""

from pathlib import Path

import pytest

from tests.support.bundles import bytes_of
from tests.support.demo_products import make_again
from warehouse.events import CommitEnded
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.product.product import Product
from warehouse.runs.folders import demos
from warehouse.runs.products import BUNDLE, product_folder

DEMOS = pytest.mark.parametrize("demo", demos().values(), ids=lambda folder: folder.name)


@DEMOS
async def test_what_is_shipped_is_what_the_journal_alone_leads_to(
    demo: Path, tmp_path: Path
) -> None:
    bundle = await make_again(demo, tmp_path / "product")
    assert (demo / BUNDLE).read_bytes() == bytes_of(bundle)


@DEMOS
def test_a_demos_product_has_the_recorded_commits_and_nothing_is_written_beside_the_journal(
    demo: Path,
) -> None:
    before = sorted(demo.iterdir())
    product = Product.open(product_folder(demo))
    data = [event.data for event in read_events(demo / FILE_NAME)]
    shas = [each.result.sha for each in data if isinstance(each, CommitEnded)]
    assert [entry.sha for entry in reversed(product.log())] == shas
    assert {path.name for path in product.path.iterdir()} == {".git", *product.files()}
    assert sorted(demo.iterdir()) == before


def test_another_runs_product_is_in_its_folder(tmp_path: Path) -> None:
    assert product_folder(tmp_path) == tmp_path / "product"
