"""How many runs at once are shown: a still panel on a terminal, a line a run elsewhere, or JSON."""

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from msgspec.structs import asdict

from company.cli.batch.wording import line_of
from company.cli.output import say, write
from company.lab.execution.progress import Tally


class ManyView(Protocol):
    """Shows a tally while its runs are made."""

    def showing(self) -> AbstractContextManager[Any]:
        """The time in which it is shown."""
        ...

    def changed(self, job: str, what: str) -> None:
        """Something happened to a job."""
        ...


def choose_many_view(tally: Tally, *, plain: bool, as_json: bool) -> ManyView:
    """The panel on a terminal, lines elsewhere, or what the person asked for."""
    import click

    from company.cli.terminal import can_show_views

    if plain and as_json:
        raise click.UsageError("--plain and --json exclude each other.")
    if as_json:
        return JsonLines(tally)
    if plain or not can_show_views():
        return Lines(tally)
    from company.cli.batch.panel import Panel

    return Panel(tally)


class Lines:
    """A line for each job that ends or is stopped."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def showing(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def changed(self, job: str, what: str) -> None:
        if what != "began":
            tally = self._tally
            say(f"{tally.done}/{tally.jobs} {line_of(tally, job, what)}")


class JsonLines(Lines):
    """A JSON object for each of them."""

    def changed(self, job: str, what: str) -> None:
        if what != "began":
            record = {"run": job, "what": what, **_record(self._tally, job)}
            write(json.dumps(record) + "\n", sys.stdout)


def _record(tally: Tally, job: str) -> dict[str, Any]:
    job_status, summary = tally.job_statuses.get(job), tally.summary(job)
    if summary is None:
        return {}
    found = job_status.evaluation if job_status else None
    return {
        "status": summary.status,
        "exit_code": summary.exit_code,
        "calls": summary.usage.calls,
        "tokens": summary.usage.tokens,
        "cost": summary.usage.cost,
        "parent": summary.parent,
        "checks": [asdict(each) for each in found.acceptance] if found else [],
    }
