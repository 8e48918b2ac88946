"""What the lab found when it examined a delivered product, as its journal holds it.

An examination is an event after the end of a run: the company's work is over, and nothing of this
was ever shown to it. A run that was taken up again and ended anew is examined anew; the last one counts.
"""

from collections.abc import Iterable

from warehouse.events import CheckOutcome as CheckOutcome
from warehouse.events import ImportOutcome as ImportOutcome
from warehouse.events import Mutation as Mutation
from warehouse.events import ProductEvaluated as Examination
from warehouse.events import RunForked, RunResumed
from warehouse.journal import Event

__all__ = ["CheckOutcome", "Examination", "ImportOutcome", "Mutation", "examination_in"]


def examination_in(events: Iterable[Event]) -> Examination | None:
    """The examination of a run's last end; None where there is none."""
    found: Examination | None = None
    for event in events:
        match event.typed:
            case RunResumed() | RunForked():
                found = None
            case Examination() as found:
                pass
    return found
