"""Taking up a run again."""

from pathlib import Path

from company.cli.opened import open_own_run
from company.cli.options import limits_from
from company.cli.output import say
from company.cli.sitting.begin import HOST_WARNING
from company.cli.sitting.readiness import ensure_ready
from company.cli.sitting.session import Session
from company.eras import Eras
from company.premises import open_premises
from company.run import Run
from warehouse.events import RunEnded

Limits = tuple[float | None, int | None, int | None, float | None]
"""--budget, --max-tokens, --max-calls, --max-seconds."""


async def take_up_again(run: str, products: Path | None, given: Limits, session: Session) -> int:
    """Work on. Returns the exit code; a run that was handed over already is left as it is."""
    opened = open_own_run(run, products)
    folder, events = opened.folder, opened.events
    match events[-1].typed:
        case RunEnded(status="verified" | "unverified", exit_code=exit_code):
            say(f"{folder.name} was handed over already: softhouse show {folder.name}", err=True)
            return exit_code or 0
    order = Eras.of(events).order
    limits = limits_from(order.limits, *given)
    if order.sandbox == "host":
        say(HOST_WARNING, err=True)
    ensure_ready(order.models.values())
    session.recall(events)
    async with open_premises(order.sandbox, session.person) as premises:
        reopened = Run.reopen(folder, premises, limits=limits, on_event=session.on_event)
        return await session.watch(reopened)
