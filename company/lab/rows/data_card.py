"""A data card: what tables lie beside it, in Markdown, with every column's meaning and unit."""

import re
from collections.abc import Iterator, Sequence

import polars as pl

from company.lab.design.plan import PlanRecord
from company.lab.report.tables import PARQUET
from company.lab.rows.once import OF_EVERY_ROW
from company.lab.rows.table import Column, Table
from warehouse.terminal_text import safe_text

_SORTS = {
    pl.String(): "text",
    pl.Int64(): "whole number",
    pl.Float64(): "number",
    pl.Boolean(): "true or false",
    pl.List(pl.String()): "texts",
    pl.Datetime("ms", "UTC"): "time in UTC",
}
_HEAD = f"""\
What runs have in common was made in one of them: it is one row, `run` is the run in which it was made, and
`in_runs` names all that have it in their past. So a sum over a table is what was really done. What a condition
did, its shared past included, is `table.explode("in_runs")` joined by that column with `run` of `{PARQUET}`,
where each run is a row with every metric.

A null was not recorded, or is not there. Texts are as their roles wrote them and not as they arrived: where
interventions altered a message on its way, its `altered` says how. They may hold anything.
"""
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~&$])")


def data_card(plan: PlanRecord, tables: Sequence[tuple[Table, int]]) -> str:
    """The card of these tables and their numbers of rows, each in `NAME.parquet`."""
    return "\n".join(_lines(plan, tables)) + "\n"


def _lines(plan: PlanRecord, tables: Sequence[tuple[Table, int]]) -> Iterator[str]:
    yield f"# Data of {_plain(plan.name)}\n"
    about = [_plain(text) for text in (plan.title, plan.question) if text and text != plan.name]
    yield from (f"{text}\n" for text in about)
    tasks = len({job.task for job in plan.jobs})
    conditions = ", ".join(map(_plain, plan.conditions))
    yield f"Planned: {len(plan.jobs)} runs of {tasks} tasks under: {conditions}. Softhouse {_plain(plan.softhouse)}.\n"
    yield _HEAD
    for table, rows in tables:
        yield f"## {table.name}.parquet\n\n{table.about} Rows: {rows}.\n"
        yield from _table_of(table.columns)
    yield "## In every table\n"
    yield from _table_of(OF_EVERY_ROW)


def _table_of(columns: Sequence[Column]) -> Iterator[str]:
    yield "| column | is | unit | means |\n| --- | --- | --- | --- |"
    for column in columns:
        cells = f"`{column.name}`", _SORTS[column.type], column.unit, column.meaning
        yield f"| {' | '.join(cells)} |"
    yield ""


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", safe_text(text, keep_newlines=False))
