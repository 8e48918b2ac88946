"""How a run went: the phases that came to nothing, the reviews, the commits."""

from collections import Counter
from collections.abc import Iterable

from company.lab.metrics.spending import Values
from warehouse.events import CommitEnded, DeliverableAccepted, StepEnded, StepStarted
from warehouse.journal.journal import Event


def course(events: Iterable[Event]) -> Values:
    """Counted over the whole journal."""
    phases: set[str] = set()
    outcomes = Counter[str]()
    commits = reviews = 0
    for event in events:
        match event.data:
            case StepStarted(kind="phase"):
                phases.add(event.where)
            case StepEnded(outcome=outcome) if event.where in phases:
                outcomes[outcome] += 1
            case DeliverableAccepted(kind="verdict"):
                reviews += 1
            case CommitEnded(result=commit):
                commits += bool(commit.files)
    return {
        "failed_phases": outcomes["failed"],
        "skipped_phases": outcomes["skipped"],
        "review_rounds": reviews,
        "commits": commits,
    }
