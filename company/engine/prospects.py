"""Whether there is something to do for a phase, and whether the product lacks something without it."""

from company.deliverables.kind import deliverable_kind
from company.engine.context.sections import show
from company.engine.state import State
from phases.phase import Phase, Section

NOTHING_TO_DO: dict[Section, str] = {
    "execution": "no check failed",
    "fault": "no check names a line",
    "comments": "there are no comments",
    "unimplemented": "everything is implemented",
    "share": "nothing was dealt out",
    "versions": "there are no versions to merge",
    "choices": "there is nothing to choose from",
}
"""Sections that are the occasion of a phase: without them there is nothing to do."""
MENDING: frozenset[Section] = frozenset({"execution", "fault", "comments", "unimplemented"})
"""Of a phase that sees one of these, the product itself tells whether it was needed."""


def is_decisive(phase: Phase) -> bool:
    """Whether what was asked is missing in the product where this phase delivered nothing."""
    files = phase.yields.files if phase.yields else None
    return files is not None and files.only is None and MENDING.isdisjoint(phase.sees)


def prospect(phase: Phase, state: State) -> str:
    """What the phase would do, and why there is nothing to do for it where that is so."""
    does = deliverable_kind(phase.yields).does if phase.yields else "runs and tests the program"
    if phase.ask is not None:
        does = "asks a person"
    idle = nothing_to_do(phase, state)
    return f"{phase.title}, {does}" + (f" (nothing to do now: {idle})" if idle else "")


def nothing_to_do(phase: Phase, state: State) -> str | None:
    """Why there is nothing for this phase to do, if so."""
    for section, reason in NOTHING_TO_DO.items():
        if section in phase.sees and not show([section], state).blocks[section]:
            return reason
    return None
