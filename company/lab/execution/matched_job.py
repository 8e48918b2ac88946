"""A job that is to use as much as another: its spec, once that one's run has ended."""

from dataclasses import replace
from pathlib import Path

from company.cards.catalogue import Cards
from company.engine.fork.overrides import overridden
from company.lab.design.plan import Job
from company.lab.execution.job_status import job_status_of
from warehouse.errors import SofthouseError


def settled(job: Job, runs: Path) -> Job:
    """The job with what its partners' runs used, their whole past included.

    Raises SofthouseError where one of them has not come to its end.
    """
    used = {key: str(_tokens_of(runs / partner)) for key, partner in job.partners.items()}
    if not used:
        return job
    spec = overridden(job.spec, used, Cards())
    return replace(job, spec=spec, settings={**job.settings, **used})


def _tokens_of(partner: Path) -> int:
    status = job_status_of(partner)
    if status.summary is None or status.stage not in ("ended", "evaluated"):
        raise SofthouseError(
            f"It is to use as much as {partner.name}, which has not come to its end: go on with that one first."
        )
    return (status.summary.usage + status.summary.shared).tokens
