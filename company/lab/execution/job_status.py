"""How a job stands, read from its run's journal alone."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from company.engine.workspace.handover import OWN_FAULT
from company.errors import NothingDelivered
from company.lab.evaluation.evaluation import evaluation_in
from warehouse.errors import JournalError
from warehouse.events import ProductEvaluated
from warehouse.history.clock import Span
from warehouse.history.record import sound
from warehouse.history.summary import RunSummary, SummaryFold
from warehouse.journal.journal import FILE_NAME, Event, read_events

Stage = Literal["new", "begun", "ended", "evaluated", "broken"]


@dataclass(frozen=True)
class JobStatus:
    """What the journal tells; `summary` is None where there is none that can be read."""

    stage: Stage
    summary: RunSummary | None = None
    evaluation: ProductEvaluated | None = None
    problem: str = ""
    spans: tuple[Span, ...] = ()
    """When the run was worked on."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be done here; what is broken cannot be mended by going on."""
        return self.stage in ("evaluated", "broken")

    @property
    def works(self) -> bool | None:
        """See `ProductEvaluated.works`; None too where nobody has looked."""
        return self.evaluation.works if self.evaluation else None

    @property
    def verdict(self) -> str:
        """What became of the job in a word or two: what its acceptance checks say, else how its run
        ended, else how far it is."""
        if self.works is not None:
            return "works" if self.works else "does not work"
        return self.summary.status if self.summary else self.stage


def job_status_of(run: Path) -> JobStatus:
    """How the job whose run is in this folder stands. Never raises for what lies there."""
    journal = run / FILE_NAME
    try:
        if not os.path.lexists(journal):
            return JobStatus("new")
        events = read_events(journal)
        return job_status_in(events, journal) if events else JobStatus("new")
    except JournalError as error:
        return JobStatus("broken", problem=f"{error} Or take {run} away: it is then made anew.")


def job_status_in(events: list[Event], journal: Path) -> JobStatus:
    """The same for events that were read. Raises JournalError where one lacks what it should hold."""
    fold = SummaryFold(events)
    summary, evaluation = sound(fold.summary, journal), evaluation_in(events)
    stage: Stage = "ended" if has_ended(summary) else "begun"
    if evaluation is not None:
        stage = "evaluated"
    return JobStatus(stage, summary, evaluation, spans=tuple(fold.clock.spans))


def events_at_end(run: Path) -> list[Event] | None:
    """The journal of a run that has ended; None of one that has not, or that cannot be read."""
    try:
        events = read_events(run / FILE_NAME)
        stage = job_status_in(events, run / FILE_NAME).stage if events else "new"
    except JournalError:
        return None
    return events if stage in ("ended", "evaluated") else None


def has_ended(summary: RunSummary) -> bool:
    """Whether a run came to its end by what the company did.

    One that was stopped is gone on with, unless it was evaluated as it is: then it had come to its
    own limit, which is a result like another. A journal that diverged, and a bug of ours, fail a
    run too, and are no result at all.
    """
    if summary.status == "failed":
        by_company = summary.exit_code == NothingDelivered.exit_code
        return by_company and not summary.reason.startswith(OWN_FAULT)
    return summary.status in ("verified", "unverified")
