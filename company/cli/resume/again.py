"""Taking up a run again."""

from pathlib import Path

from company.cards.company_card import RunLimits
from company.cli.opened import open_own_run
from company.cli.output import say
from company.cli.run.readiness import ensure_ready
from company.cli.run.session import Session
from company.engine.fork.spec_history import SpecHistory
from company.engine.resources import open_resources
from company.engine.run import Run
from warehouse.events import RunEnded
from warehouse.sandbox.registry import warning_of


async def take_up_again(
    run: str, products: Path | None, limits: RunLimits, session: Session
) -> int:
    """Work on. Returns the exit code; a run that was handed over already is left as it is."""
    opened = open_own_run(run, products)
    folder, events = opened.folder, opened.events
    match events[-1].data:
        case RunEnded(status="verified" | "unverified", exit_code=exit_code):
            say(f"{folder.name} was handed over already: softhouse show {folder.name}", err=True)
            return exit_code or 0
    spec = SpecHistory.of(events).spec
    if warning := warning_of(spec.sandbox):
        say(f"softhouse: {warning}", err=True)
    ensure_ready(spec.models.values())
    session.recall(events)
    async with open_resources(spec.sandbox, session.person) as resources:
        reopened = Run.reopen(
            folder, resources, limits=limits.over(spec.limits), on_event=session.on_event
        )
        return await session.watch(reopened)
