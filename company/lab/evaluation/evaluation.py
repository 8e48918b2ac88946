"""What the lab found when it evaluated a delivered product, as its journal holds it.

The event comes after `run.ended`: the company's work is over, and nothing of this was ever shown to
it. A run that was taken up again and ended anew is evaluated anew; the last one counts.
"""

from collections.abc import Iterable

from warehouse.events import (
    CommitEnded,
    ProductEvaluated,
    RunForked,
    RunResumed,
    VersionStarted,
)
from warehouse.journal.journal import Event
from warehouse.journal.versions import SOURCE

PLACE = "examination"
"""Where the event is in a journal."""


def evaluation_in(events: Iterable[Event]) -> ProductEvaluated | None:
    """The evaluation of a run's last end; None where there is none."""
    latest: ProductEvaluated | None = None
    for event in events:
        match event.data:
            case RunResumed() | RunForked() | VersionStarted():
                latest = None
            case ProductEvaluated() as evaluation:
                latest = evaluation
    return latest


def base_of(events: Iterable[Event]) -> str:
    """The commit that the work on a customer's repository stands on; empty where there was none."""
    commits = (e.data for e in events if e.where == SOURCE and isinstance(e.data, CommitEnded))
    return next((commit.result.sha or "" for commit in commits), "")
