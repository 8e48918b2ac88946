"""What was registered, in sentences."""

from collections.abc import Iterator
from pathlib import Path

from company.lab.design.registration import Registration, changes, place_of
from warehouse.history.format.figures import counted


def lines_of(study: Path, registration: Registration) -> Iterator[str]:
    """What stands in the last entry, and what to do with it."""
    *earlier, last = registration.entries
    design = last.design
    yield (
        f"{'amended' if earlier else 'registered'} {last.at}: {counted(len(design.tasks), 'task')} ×"
        f" {counted(design.repetitions, 'repetition')} × {counted(len(design.conditions), 'condition')},"
        f" {counted(design.runs, 'run')}; baseline {design.baseline}; by {', '.join(design.metrics)}"
    )
    if earlier:
        yield from changes(earlier[-1].design, design)
    if last.begun:
        yield f"{counted(last.begun, 'run')} had begun: what is compared otherwise from now on counts as exploratory"
    place = place_of(study)
    yield f"{place}, SHA-256 {registration.digest}"
    yield f"So that others can see when: git add {place} && git commit"
