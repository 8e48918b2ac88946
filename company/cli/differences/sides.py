"""The two runs that a person wants to see side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from company.cli.opened import OpenedRun, open_run
from company.cli.price import price
from warehouse.comparison.compare import Comparison, Side, compare
from warehouse.comparison.order_facts import models_of, order_of
from warehouse.errors import SofthouseError
from warehouse.product import Product
from warehouse.runs import PRODUCT
from warehouse.telling.figures import counted


@dataclass(frozen=True)
class RunPair:
    """Two opened runs."""

    a: OpenedRun
    b: OpenedRun

    @classmethod
    def open(cls, a: str, b: str, products: Path | None) -> "RunPair":
        """Open both. Raises RunNotFound, or JournalError where nothing can be read."""
        return cls(open_run(a, products), open_run(b, products))

    @cached_property
    def comparison(self) -> Comparison:
        return compare(_side(self.a), _side(self.b))

    @property
    def runs(self) -> tuple[tuple[str, OpenedRun], tuple[str, OpenedRun]]:
        """Both, with the letters they are called by."""
        return ("A", self.a), ("B", self.b)

    @property
    def shared(self) -> str:
        """How far both have the same past, in words."""
        shared = self.comparison.shared
        if not shared.events:
            return "They share no past: each began by itself."
        if shared.events == len(self.a.events) == len(self.b.events):
            return "They are the same, event for event."
        step = f", up to the end of {shared.step}" if shared.step else ""
        past = f"{counted(shared.events, 'event')} ({counted(shared.calls, 'call')})"
        return f"They share their past: {past}{step}."


def cost_of(run: OpenedRun) -> str:
    """What a run cost in money, in words."""
    summary = run.row.summary
    if summary is None:
        return "–"
    models = models_of(order_of(run.events))
    return price(summary.cost, summary.calls, summary.unpriced_calls, models)


def _side(run: OpenedRun) -> Side:
    row = run.row
    return Side(run.events, row.status, row.summary, _files_of(run.folder / PRODUCT))


def _files_of(product: Path) -> Mapping[str, bytes] | None:
    try:
        return Product.open(product).files()
    except (SofthouseError, ValueError):
        return None
