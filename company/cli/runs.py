"""`softhouse runs`: every run at a glance."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from company.cli.options import json_option, products_option

if TYPE_CHECKING:
    from warehouse.history.record import RunRecord


@click.command(epilog="Example: softhouse runs --json | jq '.[].run'")
@products_option
@json_option
def command(products: Path | None, as_json: bool) -> None:
    """List all runs, oldest first.

    RUN in other commands is what the first column shows, or any other unique prefix, or `last`.
    Into a pipe it writes tab-separated lines with the whole ids.
    """
    import sys

    from company.cli.output import say, say_json
    from warehouse.history.record import list_runs
    from warehouse.runs.folders import products_folder

    root = products_folder(products)
    rows = list_runs(root)
    if as_json:
        say_json([_record(row) for row in rows])
    elif not rows:
        say(f"There are no runs in {root.absolute()} yet. Begin with: softhouse run TASK")
    elif sys.stdout.isatty():
        _table(rows)
    else:
        for row in rows:
            say("\t".join((row.folder.name, row.status, *_figures(row), _about(row))))


def _record(row: "RunRecord") -> dict[str, object]:
    summary = row.summary.as_record() if row.summary else {}
    return {
        **summary,
        "run": row.folder.name,
        "folder": str(row.folder),
        "status": row.status,
        "problem": row.problem,
    }


def _table(rows: "list[RunRecord]") -> None:
    from rich.console import Console
    from rich.table import Table

    from company.cli.views.story import line_of_text as cell

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("RUN", no_wrap=True)
    table.add_column("STATUS", no_wrap=True)
    for figure in ("CALLS", "TOKENS", "TIME"):
        table.add_column(figure, justify="right", no_wrap=True)
    table.add_column("WHAT", no_wrap=True, overflow="ellipsis", ratio=1)
    styles = {
        "verified": "green",
        "running": "cyan",
        "paused": "cyan",
        "failed": "red",
        "broken": "red",
    }
    names = prefixes([row.folder.name for row in rows])
    for row in rows:
        status = cell(row.status, styles.get(row.status, "yellow"))
        figures = map(cell, _figures(row))
        table.add_row(cell(names[row.folder.name]), status, *figures, cell(_about(row)))
    Console(markup=False, highlight=False).print(table)


def _figures(row: "RunRecord") -> tuple[str, str, str]:
    from warehouse.history.format.figures import duration

    if row.summary is None:
        return "-", "-", "-"
    return (
        f"{row.summary.usage.calls}",
        f"{row.summary.usage.tokens:,}",
        duration(row.summary.seconds),
    )


def _about(row: "RunRecord") -> str:
    if row.summary is None:
        return " ".join(row.problem.split())
    version = f"version {row.summary.version}: " if row.summary.versions else ""
    return version + " ".join(row.summary.name.split())


def prefixes(names: list[str], shortest: int = 15) -> dict[str, str]:
    """For each name the shortest prefix, of at least some length, that no other name shares."""
    short = {}
    for name in names:
        length = shortest
        while length < len(name) and sum(n.startswith(name[:length]) for n in names) > 1:
            length += 1
        short[name] = name[:length]
    return short
