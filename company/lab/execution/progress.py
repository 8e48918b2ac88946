"""How far a batch or an experiment is, what it has used, and what it is likely to come to."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from company.lab.execution.job_status import JobStatus
from warehouse.history.summary import RunSummary
from warehouse.history.usage import Usage, total


@dataclass
class Tally:
    """Counts how jobs fare, by their ids. Those that were done before do not count for the pace."""

    jobs: int
    on_change: Callable[[str, str], None] | None = None
    """Told each job's id and what happened: `began`, why it failed, or how it ended. It is told
    nothing more once it has failed itself: runs matter more than watching them."""
    job_statuses: dict[str, JobStatus] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    """Job → what stopped it last."""
    blind: Exception | None = None
    """How `on_change` failed."""

    def __post_init__(self) -> None:
        self._live: dict[str, Callable[[], RunSummary]] = {}
        self._started = time.monotonic()
        self._done_before = 0

    def know(self, job_statuses: dict[str, JobStatus]) -> None:
        """Begin with what earlier sessions came to."""
        self.job_statuses |= job_statuses
        self._done_before = self.done
        for job, job_status in job_statuses.items():
            if job_status.stage == "broken":
                self.failed(job, job_status.problem)

    def began(self, job: str, usage: Callable[[], RunSummary]) -> None:
        """A job's run is worked on; `usage` tells at any time what it has used."""
        self._live[job] = usage
        self._tell(job, "began")

    def failed(self, job: str, why: str) -> None:
        """Something stopped a job; it may be gone on with later."""
        self.problems[job] = why
        self._tell(job, why)

    def ended(self, job: str, job_status: JobStatus) -> None:
        """Nothing more happens to a job for now."""
        self._live.pop(job, None)
        self.job_statuses[job] = job_status
        if job_status.stage == "broken":
            self.failed(job, job_status.problem)
        elif job_status.is_done:
            self.problems.pop(job, None)
        if job not in self.problems:
            self._tell(job, job_status.verdict)

    def summary(self, job: str) -> RunSummary | None:
        """What a job's run has come to so far."""
        if (usage := self._live.get(job)) is not None:
            return usage()
        job_status = self.job_statuses.get(job)
        return job_status.summary if job_status else None

    @property
    def active(self) -> int:
        """Jobs that are worked on right now."""
        return len(self._live)

    @property
    def done(self) -> int:
        """Jobs with nothing left to be done."""
        return sum(job_status.is_done for job_status in self.job_statuses.values())

    @property
    def evaluated(self) -> int:
        """Jobs that came to their end."""
        return sum(job_status.stage == "evaluated" for job_status in self.job_statuses.values())

    @property
    def completed(self) -> int:
        """Jobs whose product passed every acceptance check it was given."""
        return sum(job_status.works is True for job_status in self.job_statuses.values())

    @property
    def checked(self) -> int:
        """Jobs whose product was given acceptance checks."""
        return sum(job_status.works is not None for job_status in self.job_statuses.values())

    def count(self, status: str) -> int:
        """Jobs whose run ended like this."""
        summaries = (job_status.summary for job_status in self.job_statuses.values())
        return sum(bool(each and each.status == status) for each in summaries)

    @property
    def used(self) -> Usage:
        """What all runs have used so far, those under way included."""
        # A view may ask from a thread of its own.
        live = {job: usage() for job, usage in dict(self._live).items()}
        ended = (s.summary for job, s in self.job_statuses.items() if s.summary and job not in live)
        return _sum([*live.values(), *ended])

    @property
    def seconds(self) -> float:
        """Wall-clock seconds of this session."""
        return time.monotonic() - self._started

    @property
    def per_minute(self) -> float | None:
        """Jobs done in a minute of this session; None before the first."""
        done = self.done - self._done_before
        return 60 * done / self.seconds if done and self.seconds else None

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at this pace; None where there is no pace yet."""
        pace = self.per_minute
        return None if pace is None else 60 * (self.jobs - self.done) / pace

    @property
    def forecast(self) -> Usage | None:
        """What all jobs together are likely to use; None before the first is done."""
        finished = [s.summary for s in self.job_statuses.values() if s.is_done and s.summary]
        if not finished:
            return None
        sum_ = _sum(finished)
        whole = sum_.times(self.jobs / len(finished))
        return whole.at_least(self.used)

    def _tell(self, job: str, what: str) -> None:
        if self.on_change is None:
            return
        try:
            self.on_change(job, what)
        except Exception as error:
            self.on_change, self.blind = None, error


def _sum(summaries: Iterable[RunSummary]) -> Usage:
    return total(summary.usage for summary in summaries)
