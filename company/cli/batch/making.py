"""Making the runs of a plan while a person watches, and handing over what came of them."""

import asyncio
import json
import sys
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from company.cli.batch.lines import JsonLines, Lines, record_of, sums_of
from company.cli.batch.options import engine_from, settings_from
from company.cli.consent import consented
from company.cli.output import can_show_views, say, write
from company.cli.run.begin import NO_SANDBOX
from company.cli.run.readiness import ensure_ready
from company.cli.run.session import stoppable
from company.errors import Interrupted
from company.lab.analysis.reach import futility
from company.lab.design.plan import Plan
from company.lab.execution.execute import Planner, backend_name, rights_asked, work_on_plan
from company.lab.execution.folder import LabFolder
from company.lab.execution.progress import Tally
from company.lab.report.reporting import is_decided, require_lab
from warehouse.errors import SofthouseError
from warehouse.history.format.figures import counted

if TYPE_CHECKING:
    from company.cli.batch.panel import Panel


def make(folder: LabFolder, planner: Planner, options: Mapping[str, Any], *, again: str) -> int:
    """Make every run that is not made yet. Returns 0 when all came to their end, else 1.

    `options` are what was said, and how products are evaluated; `again` the command that goes on with
    it. Raises what stopped the whole.
    """
    try:
        return asyncio.run(stoppable(_make(folder, planner, options)))
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise Interrupted(
            f"interrupted; go on with: {again}. Tables of what is there until then: "
            f"softhouse experiment report {folder.path}"
        ) from None


async def _make(folder: LabFolder, planner: Planner, options: Mapping[str, Any]) -> int:
    name = await backend_name(options["sandbox"])
    plan = await planner(name)
    if plan.looks:
        require_lab()
    models = {model for job in plan.jobs for model in job.spec.speaking_models}
    if options["dry_run"]:
        _say_what_it_cannot_show(plan)
        _announce(plan, folder, options["as_json"])
        return 0
    if name == "none" != options["sandbox"]:
        say(NO_SANDBOX, err=True)
    rights = rights_asked(folder, plan, options["embeddings"] or "")
    allowed = consented(rights, frozenset(options["allowed"]), may_ask=not options["as_json"])
    ensure_ready(models)
    _say_what_it_cannot_show(plan)
    settings = settings_from(options, sandbox=name, allowed=allowed)
    tally = Tally(len(plan.jobs))
    view = _choose_view(tally, plain=options["plain"], as_json=options["as_json"])
    tally.on_change = view.changed
    is_interrupted, needless = False, 0
    try:
        with view.showing():
            needless = await work_on_plan(
                folder,
                plan,
                settings,
                engine=engine_from(options),
                progress=tally,
                is_decided=partial(is_decided, folder),
            )
    except asyncio.CancelledError:
        is_interrupted = True
        raise
    finally:
        if tally.blind is not None:
            say(f"softhouse: the rest of the runs could not be shown: {tally.blind!r}", err=True)
        # Where the folder could not even be held, nothing is known, and nothing to be said.
        if tally.job_statuses:
            _say_sums(tally, as_json=options["as_json"])
        if tally.done and not is_interrupted:
            _write(folder, as_json=options["as_json"])
    if needless:
        say(
            f"A look shows every difference of the main metric: the study ends here, without {counted(needless, 'run')}.",
            err=True,
        )
    return 0 if tally.evaluated + needless == tally.jobs else 1


def _choose_view(tally: Tally, *, plain: bool, as_json: bool) -> "Lines | Panel":
    """The panel on a terminal, lines elsewhere, or what the person asked for."""
    if plain and as_json:
        raise click.UsageError("--plain and --json exclude each other.")
    if as_json:
        return JsonLines(tally)
    if plain or not can_show_views():
        return Lines(tally)
    from company.cli.batch.panel import Panel

    return Panel(tally)


def _say_what_it_cannot_show(plan: Plan) -> None:
    """Say why an experiment can show nothing, while no money is spent yet."""
    if plan.baseline is None:
        return
    tasks = len({job.task.id for job in plan.jobs})
    if futile := futility(tasks, plan.comparisons):
        say(futile, err=True)
    elif plan.looks:
        for look in _idle_looks(plan, tasks):
            say(
                f"The look after {look} tasks can show nothing, however large a difference is: it takes more tasks until"
                " then, fewer comparisons, or another look.",
                err=True,
            )


def _idle_looks(plan: Plan, tasks: int) -> list[int]:
    from company.lab.analysis.looks import idle_looks

    return idle_looks(plan.looks, tasks, plan.comparisons)


def _announce(plan: Plan, folder: LabFolder, as_json: bool) -> None:
    """Say what would be run."""
    if as_json:
        runs = [
            {"run": job.id, "task": job.task.id, "condition": job.condition} for job in plan.jobs
        ]
        write(json.dumps({"folder": str(folder.path), "runs": runs}) + "\n", sys.stdout)
        return
    for job in plan.jobs:
        say(
            f"{job.id}\t{job.spec.cards.company.name}\t{', '.join(sorted(set(job.spec.models.values())))}"
        )
    say(f"{counted(len(plan.jobs), 'run')}, to be kept in {folder.path}", err=True)


def _say_sums(tally: Tally, *, as_json: bool) -> None:
    if as_json:
        write(json.dumps({"sums": record_of(tally)}) + "\n", sys.stdout)
    else:
        for line in sums_of(tally):
            say(line)


def _write(folder: LabFolder, *, as_json: bool) -> None:
    """Write the tables and the report, and say where they are, or why there are none."""
    from company.cli.batch.written import write_everything

    try:
        written = write_everything(folder)
    except SofthouseError as error:
        say(f"softhouse: {error}", err=True)
        return
    if not as_json:
        for path in written:
            say(str(path))
