"""What was meant before a study was run, and what was changed since, in sentences."""

from collections.abc import Iterator
from itertools import pairwise

from company.lab.analysis.study import Study, ended
from company.lab.design.published import Published
from company.lab.design.registration import Entry, Registration, changes
from warehouse.history.format.figures import counted


def standing_of(study: Study, metric: str, condition: str) -> str:
    """What a comparison counts as; empty where nothing was registered."""
    if study.registration is None:
        return ""
    return "confirmatory" if study.is_confirmatory(metric, condition) else "exploratory"


def standing_of_published(study: Study, published: Published) -> str:
    """What the verdict on a published figure counts as: the figure itself has to have been named beforehand."""
    standing = standing_of(study, published.metric, published.condition)
    meant = study.registration.beforehand if study.registration else None
    return "exploratory" if standing and meant and published not in meant.published else standing


def paragraphs(study: Study) -> Iterator[str]:
    """What a reader should know of the registration before the findings; nothing of a batch."""
    if study.baseline is None:
        return
    if study.measured_otherwise:
        named = ", ".join(study.measured_otherwise)
        yield f"Measured by another file than when the runs were made, and so exploratory: {named}."
    registration = study.registration
    if registration is None:
        yield (
            "This study was not registered: nothing shows that its comparisons were meant before its results were"
            " known. All of them are exploratory."
        )
        return
    yield _beginning(registration)
    for before, entry in pairwise(registration.entries):
        yield _amendment(before, entry)
    made, meant = ended(study.frame).height, registration.design.runs
    if made < meant and registration.design.looks:
        yield f"{made:,} of the {counted(meant, 'run')} that were registered came to their end; a look may end the study before."
    elif made != meant:
        yield f"{made:,} of the {counted(meant, 'run')} that were registered came to their end."


def _beginning(registration: Registration) -> str:
    first = registration.entries[0]
    when = f"Registered {first.at}, {_by_then(first)}; SHA-256 of the last entry {registration.digest}."
    if registration.beforehand is None:
        return f"{when} So all comparisons are exploratory."
    return f"{when} What was meant then and has not been changed is confirmatory, all else exploratory."


def _amendment(before: Entry, entry: Entry) -> str:
    changed = "; ".join(changes(before.design, entry.design))
    return f"Amended {entry.at}, {_by_then(entry)}: {changed}. Reason given: {entry.why}"


def _by_then(entry: Entry) -> str:
    if not entry.begun:
        return "before the first run"
    return f"when {counted(entry.begun, 'run')} had begun"
