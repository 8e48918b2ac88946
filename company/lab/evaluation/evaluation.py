"""What the lab found when it evaluated a delivered product, as its journal holds it.

The event comes after `run.ended`: the company's work is over, and nothing of this was ever shown to
it. A run that was taken up again and ended anew is evaluated anew; the last one counts.
"""

from collections.abc import Iterable

from warehouse.events import ProductEvaluated, RunForked, RunResumed
from warehouse.journal.journal import Event

PLACE = "examination"
"""Where the event is in a journal."""


def evaluation_in(events: Iterable[Event]) -> ProductEvaluated | None:
    """The evaluation of a run's last end; None where there is none."""
    latest: ProductEvaluated | None = None
    for event in events:
        match event.data:
            case RunResumed() | RunForked():
                latest = None
            case ProductEvaluated() as evaluation:
                latest = evaluation
    return latest
