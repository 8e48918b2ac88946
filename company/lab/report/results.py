"""The results of a batch or an experiment: one row a run, made of journals, products and the plan."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from company.lab.design.plan import JobRecord, PlanRecord
from company.lab.evaluation.evaluation import evaluation_in
from company.lab.execution.folder import LabFolder
from company.lab.execution.job_status import has_ended
from company.lab.metrics.catalogue import metric_names
from company.lab.metrics.exposure import Trace
from company.lab.metrics.own import MetricFailed
from company.lab.report.measurements import Measurements
from warehouse.errors import SofthouseError
from warehouse.history.record import sound
from warehouse.history.summary import SummaryFold
from warehouse.journal.journal import FILE_NAME, Event, read_events

if TYPE_CHECKING:
    import polars as pl

Row = dict[str, Any]
Tell = Callable[[str, int, int], None]
"""Told what is done, at which of how many."""

LIMITED = "limited"
"""The status of a run that came to its own limit and was evaluated as it was then."""
OWN_COLUMNS = ("company", "chain", "model")
"""Settings that have a column anyway."""


def unheard(doing: str, number: int, of: int) -> None:
    """Tell nobody."""


def results_frame(folder: LabFolder, tell: Tell = unheard) -> "pl.DataFrame":
    """One row a run of the plan that was begun; `tell` is told how far it is.

    Raises ConfigurationError where there is no plan.
    """
    import polars as pl

    plan = folder.plan()
    measurements = Measurements(folder.path)
    rows = _beside_baseline(plan, list(_rows(folder, plan, measurements, tell)))
    measurements.keep()
    columns = dict.fromkeys(key for row in rows for key in row)
    values = {name: [storable(row.get(name)) for row in rows] for name in columns}
    return pl.DataFrame(values, strict=False)


def storable(value: Any) -> Any:
    """A value as a table can hold it: half a character in a journal's text becomes a question mark."""
    if isinstance(value, list):
        return [storable(each) for each in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _beside_baseline(plan: PlanRecord, rows: list[tuple[Row, Trace | None]]) -> list[Row]:
    """The rows with what differs from the baseline's run that had the same task and the same seed."""
    usual = {
        (row["task"], row["repetition"]): trace
        for row, trace in rows
        if trace and plan.paired and row["condition"] == plan.baseline
    }
    for row, trace in rows:
        if trace and (theirs := usual.get((row["task"], row["repetition"]))):
            row |= trace.beside(theirs)
    return [row for row, _ in rows]


def _rows(
    folder: LabFolder, plan: PlanRecord, measurements: Measurements, tell: Tell
) -> Iterator[tuple[Row, Trace | None]]:
    """Each run that was begun, with its trace where it can be read."""
    factors = [key for key in plan.factors if key not in OWN_COLUMNS]
    for number, job in enumerate(plan.jobs, 1):
        tell("measuring", number, len(plan.jobs))
        run = folder.run(job.id)
        if (run / FILE_NAME).exists():
            yield _row(plan, job, factors, run, measurements)


def _row(
    plan: PlanRecord, job: JobRecord, factors: list[str], run: Path, measurements: Measurements
) -> tuple[Row, Trace | None]:
    trace: Trace | None = None
    row: Row = {
        "experiment": plan.name,
        "condition": job.condition,
        "task": job.task,
        "category": job.category,
        "repetition": job.repetition,
        "seed": job.seed or 0,
        "run": job.id,
    }
    try:
        events = read_events(run / FILE_NAME)
        row |= _standing(events, run / FILE_NAME)
        found = measurements.of(run, events)
        measured, trace = found.values, found.trace
    except MetricFailed:
        raise
    except SofthouseError:
        row |= {"parent": "", "company": "", "chain": "", "model": "", "exit_code": None}
        row["status"], measured = "broken", {}
    row |= {key: job.settings.get(key, "") for key in factors}
    return {
        **row,
        **{name: measured.get(name) for name in metric_names()},
        **measured,
        **row,
    }, trace


def _standing(events: list[Event], journal: Path) -> Row:
    """What the journal says of the run as a whole."""
    summary = sound(SummaryFold(events).summary, journal)
    is_stopped = summary.status == "stopped" or (
        summary.status == "failed" and not has_ended(summary)
    )
    status = "stopped" if is_stopped else summary.status
    return {
        "parent": summary.parent,
        "company": summary.company,
        "chain": summary.chain,
        "model": summary.model,
        "status": LIMITED if is_stopped and evaluation_in(events) is not None else status,
        "exit_code": summary.exit_code,
    }
