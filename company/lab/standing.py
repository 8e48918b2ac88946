"""How a job stands, read from its run's journal alone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from company.lab.examination.examination import Examination, examination_in
from warehouse.errors import JournalError
from warehouse.journal import FILE_NAME, Event, read_events
from warehouse.run_list import fold_in
from warehouse.summary import RunSummary, SummaryFold

Stage = Literal["new", "begun", "ended", "examined", "broken"]
FINAL = ("verified", "unverified", "failed")
"""How a run ends for good; one that was stopped is gone on with, unless it was examined as it is:
then it had come to its own limit, which is a result like another."""


@dataclass(frozen=True)
class Standing:
    """What the journal tells; `summary` is None where there is none that can be read."""

    stage: Stage
    summary: RunSummary | None = None
    examination: Examination | None = None
    problem: str = ""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be done here; what is broken cannot be mended by going on."""
        return self.stage in ("examined", "broken")


def standing_of(run: Path) -> Standing:
    """How the job whose run is in this folder stands. Never raises for what lies there."""
    journal = run / FILE_NAME
    if not journal.exists():
        return Standing("new")
    try:
        events = read_events(journal)
        if not events:
            return Standing("new")
        return standing_in(events, journal)
    except JournalError as error:
        return Standing("broken", problem=str(error))


def standing_in(events: list[Event], journal: Path) -> Standing:
    """The same for events that were read. Raises JournalError where one lacks what it should hold."""
    fold = SummaryFold()
    fold_in(fold, events, journal)
    summary, found = fold.summary, examination_in(events)
    if found is not None:
        return Standing("examined", summary, found)
    return Standing("ended" if _has_ended(summary) else "begun", summary)


def _has_ended(summary: RunSummary) -> bool:
    return summary.status in FINAL
