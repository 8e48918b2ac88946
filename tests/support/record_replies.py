"""Makes corpus files of the replies in the journals of real runs.

`python -m tests.support.record_replies products/RUN …` writes one file a reply to
`tests/data/replies`. What a reply is read as today is written as its `expect`: look at every file
before you keep it, and correct what is wrong.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from company.deliverables.kind import Unreadable, deliverable_kind
from company.spec import RunSpec
from phases.yields import Yields
from tests.company.test_recorded_replies import FOLDER
from warehouse.events import CommitEnded, CompletionEnded
from warehouse.events.conversion import as_json
from warehouse.journal.journal import read_events
from warehouse.product.product import Product


def replies_of(run: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """A name and the corpus file for every reply that should have been a deliverable."""
    events = read_events(run / "journal.jsonl")
    spec = RunSpec.thaw(as_json(events[0].data))
    product = Product.open(run / "product")
    sha: str | None = None
    for event in events:
        if isinstance(event.data, CommitEnded):
            sha = event.data.result.sha
        elif isinstance(event.data, CompletionEnded):
            result = event.data.result
            phase = phase_of(event.where, spec)
            yields = spec.cards.phases[phase].yields
            if yields is None or event.where.endswith(("/ask", "/answer", "/remark")):
                continue
            files = product.files(sha) if sha else {}
            recorded = {
                "phase": phase,
                "task": spec.task.text,
                "yields": yields.model_dump(mode="json", exclude_none=True),
                "current": {path: content.decode() for path, content in files.items()},
                "reply": result.text,
                "model": result.model,
            }
            recorded["expect"] = reading(recorded, yields)
            yield f"{run.name[-4:]}-{event.where.replace('/', '-')}", recorded


def phase_of(where: str, spec: RunSpec) -> str:
    """The phase a place belongs to: the innermost of its parts that is one."""
    parts = [part.split(".", 1)[-1].split("~")[0] for part in where.split("/")]
    return next(part for part in reversed(parts) if part in spec.cards.phases)


def reading(recorded: dict[str, Any], yields: Yields) -> dict[str, Any]:
    """What the reply is read as now."""
    try:
        delivery = deliverable_kind(yields).read(recorded["reply"], recorded["current"])
    except Unreadable as unreadable:
        return {"unreadable": True, "complaint": unreadable.complaint}
    if delivery.kind == "files":
        return {"files": sorted(delivery.files)}
    if delivery.kind == "document":
        return {"document": next(iter(delivery.files.values()))[:60]}
    return {"fields": delivery.fields}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for run in map(Path, sys.argv[1:]):
        for name, recorded in replies_of(run):
            text = json.dumps(recorded, ensure_ascii=False, indent=1)
            (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
