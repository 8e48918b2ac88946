"""Everything measured of one run: a pure function of its journal and its product.

Journals and products may come from anywhere. Whatever they hold, our metrics yield numbers or None,
never an error.
"""

import math
from collections.abc import Mapping, Sequence
from importlib import import_module

from company.lab.metrics import own
from company.lab.metrics.catalogue import METRICS, Values, metric_names
from company.lab.metrics.subject import Subject
from warehouse.journal.journal import Event

LARGEST = 2**53
"""Numbers beyond it are nobody's measure, and no table holds them."""


def measure(events: Sequence[Event], files: Mapping[str, bytes]) -> Values:
    """Metric name → value, None where it was not measured or cannot be.

    `files` is the delivered product. Every name of the catalogue is there, and the metrics of each
    role of the company.
    """
    run = Subject(events, files)
    values: Values = dict.fromkeys(metric_names())
    for file in dict.fromkeys(metric.by for metric in METRICS.values() if metric.by):
        values |= import_module(f"{__package__}.{file}").measured(run)
    values |= own.measured(run)
    return {name: _plausible(value) for name, value in values.items()}


def _plausible(value: float | int | None) -> float | int | None:
    if value is None or not math.isfinite(value) or abs(value) > LARGEST:
        return None
    return value
