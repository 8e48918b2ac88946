"""A run's folder, opened to be held against another."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from warehouse.errors import SofthouseError
from warehouse.history.compare.compare import Side
from warehouse.history.record import RunRecord
from warehouse.journal.journal import Event
from warehouse.product.product import Product
from warehouse.runs.products import product_folder


def side_of(row: RunRecord, events: Sequence[Event]) -> Side:
    """All that is known of a run, its product's files included where they are still there."""
    return Side(events, row.status, row.summary, _files_of(row.folder))


def _files_of(folder: Path) -> Mapping[str, bytes] | None:
    try:
        return Product.open(product_folder(folder)).files()
    except (SofthouseError, ValueError):
        return None
