"""How a run went: the phases that came to nothing, the reviews, the commits."""

from collections import Counter
from collections.abc import Iterable

from company.lab.metrics.spending import Values
from warehouse.journal import Event
from warehouse.loose import mapping, text


def course(events: Iterable[Event]) -> Values:
    """Counted over the whole journal."""
    phases: set[str] = set()
    outcomes = Counter[str]()
    commits = reviews = 0
    for event in events:
        match event.kind, event.data:
            case "step.started", {"kind": "phase"}:
                phases.add(event.where)
            case "step.ended", data if event.where in phases:
                outcomes[text(data.get("outcome"))] += 1
            case "deliverable", {"kind": "verdict"}:
                reviews += 1
            case "effect.ended", {"effect": "commit", "result": result}:
                commits += bool(mapping(result).get("files"))
    return {
        "failed_phases": outcomes["failed"],
        "skipped_phases": outcomes["skipped"],
        "review_rounds": reviews,
        "commits": commits,
    }
