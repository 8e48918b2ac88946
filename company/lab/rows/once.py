"""Rows of all runs of a folder, each once.

A fork's journal begins with its parent's, so what two runs have in common is recorded in both. It was
done, said and paid for once: here it is one row, of the run in which it was made, with the runs that
have it in their past.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

import polars as pl

from company.lab.design.plan import JobRecord, PlanRecord
from company.lab.execution.folder import LabFolder
from company.lab.report.results import storable
from company.lab.rows.table import MOMENT, NUMBER, TEXT, TEXTS, Column, Table, Values
from warehouse.errors import JournalError
from warehouse.events import RunForked, RunStarted, StepStarted
from warehouse.journal.journal import FILE_NAME, Event, read_events
from warehouse.journal.step_paths import around

OF_EVERY_ROW = (
    Column("experiment", TEXT, "The experiment or batch."),
    Column("condition", TEXT, "The condition of the run in which it was made; `in_runs` may have others."),
    Column("task", TEXT, "The task's id."),
    Column("repetition", NUMBER, "Which repetition, from 1."),
    Column("run", TEXT, "The run in which it was made, as in the results."),
    Column("runs", NUMBER, "How many runs have it in their past: 1, and one more for each that was forked after it.", "runs"),
    Column("in_runs", TEXTS, "These runs, the one in which it was made among them."),
    Column("seq", NUMBER, "The number of its event, in the journal of each of them."),
    Column("at", MOMENT, "When it was recorded; null where the journal tells no time."),
    Column("where", TEXT, "The path of its step, as `2.review/round-1/review/turn-1`."),
    Column("phase", TEXT, "The phase it belongs to, by the name of its card; null outside of all."),
)  # fmt: skip

AT = "%Y-%m-%dT%H:%M:%S%.fZ"
"""How journals write a time."""
_Key = tuple[str, int, str, int]
"""What a row is known by in every journal: run, number and time of its event, and which row of it."""


def frame_of(folder: LabFolder, table: Table) -> pl.DataFrame:
    """A table of the runs that were begun, in the order of the plan; one that cannot be read has no rows.

    Raises ConfigurationError where there is no plan.
    """
    rows = rows_once(folder, table)
    columns = (*OF_EVERY_ROW, *table.columns)
    values = {column.name: [storable(row.get(column.name)) for row in rows] for column in columns}
    types = {column.name: TEXT if column.type == MOMENT else column.type for column in columns}
    frame = pl.DataFrame(values, schema=types, strict=False)
    moments = pl.col("at").str.to_datetime(AT, time_unit="ms", time_zone="UTC", strict=False)
    return frame.with_columns(moments)


def rows_once(folder: LabFolder, table: Table) -> list[Values]:
    """The rows of such a frame."""
    plan = folder.plan()
    jobs = {job.id: job for job in plan.jobs}
    made: dict[_Key, Values] = {}
    for job in plan.jobs:
        for key, row in _rows_in(folder, job, table):
            if key not in made:
                made[key] = _belonging(plan, jobs.get(key[0]), job) | row | {"in_runs": []}
            made[key]["in_runs"].append(job.id)
    for row in made.values():
        row["runs"] = len(row["in_runs"])
    order = {name: number for number, name in enumerate(jobs)}
    return sorted(made.values(), key=lambda row: (order.get(row["run"], -1), row["seq"]))


def _belonging(plan: PlanRecord, maker: JobRecord | None, holder: JobRecord) -> Values:
    """What a row belongs to. What share a past have the same task; a run that made it and is not in the plan
    any more has no condition."""
    return {
        "experiment": plan.name,
        "condition": maker and maker.condition,
        "task": holder.task,
        "repetition": holder.repetition,
    }


def _rows_in(folder: LabFolder, job: JobRecord, table: Table) -> Iterator[tuple[_Key, Values]]:
    """The rows of one run's journal, with those of the past that it shares."""
    path = folder.run(job.id) / FILE_NAME
    try:
        events = read_events(path) if path.exists() else []
    except JournalError:
        return
    makers, phases = makers_of(events, job.id), phases_in(events)
    places = {event.seq: place for place, event in enumerate(events)}
    times = Counter[int]()
    for event, values in table.read(events):
        maker = makers[places[event.seq]]
        yield (
            (maker, event.seq, event.at, times[event.seq]),
            {
                "run": maker,
                "seq": event.seq,
                "at": event.at,
                "where": event.where,
                "phase": phases.get(phase_around(event.where, phases)),
                **values,
            },
        )
        times[event.seq] += 1


def makers_of(events: Sequence[Event], run: str) -> list[str]:
    """For each event of a run's journal the run in which it was made: itself, or one it was forked from."""
    told, latest = [], run
    for event in events:
        if isinstance(event.data, RunStarted | RunForked):
            latest = event.data.run
        told.append(latest)
    # The folder is what a run is called by, whatever its own journal says.
    return [run if name == latest else name for name in told]


def phase_around(where: str, phases: Collection[str]) -> str:
    """The place of the innermost phase that a place lies in; empty outside of all."""
    return next((place for place in around(where) if place in phases), "")


def phases_in(events: Sequence[Event]) -> dict[str, str]:
    """The places of phases, and the name of each one's card."""
    return {
        event.where: event.data.name
        for event in events
        if isinstance(event.data, StepStarted) and event.data.kind == "phase"
    }
