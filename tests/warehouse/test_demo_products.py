"""The products that come with the demos."""

from pathlib import Path

import pytest

from tests.support.demo_products import make_again
from warehouse.events import CommitEnded
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.product.bundle import Bundle, take_in
from warehouse.product.git.command import GitCommand
from warehouse.product.product import Product
from warehouse.runs.folders import demos
from warehouse.runs.products import BUNDLE, product_folder

DEMOS = pytest.mark.parametrize("demo", demos().values(), ids=lambda folder: folder.name)


@DEMOS
async def test_what_is_shipped_is_what_the_journal_alone_leads_to(
    demo: Path, tmp_path: Path
) -> None:
    shipped = Bundle.parse((demo / BUNDLE).read_bytes())
    made = await make_again(demo, tmp_path / "product")
    assert (shipped.refs, shipped.needs) == (made.refs, made.needs)
    assert objects_in(shipped, tmp_path / "shipped") == objects_in(made, tmp_path / "made")


def objects_in(bundle: Bundle, place: Path) -> list[str]:
    """Id, kind and size of each; how they are packed is different with another git or zlib."""
    product = Product.create(place)
    take_in(product, bundle)
    listed = GitCommand(product.path / ".git").run(
        "cat-file", "--batch-all-objects", "--batch-check"
    )
    return listed.decode().splitlines()


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
