"""Going on from a run that exists: it is taken up again, or forked, as the person asked for it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from company.cards.company_card import RunLimits
from company.cli.opened import open_own_run
from company.cli.output import say
from company.cli.run.readiness import ensure_ready
from company.cli.run.session import Session
from company.engine.fork.fork import Fork
from company.engine.fork.spec_history import SpecHistory
from company.engine.resources import open_resources
from company.engine.run import Run
from company.models.recorded_run import settled
from company.spec import RunSpec
from warehouse.events import RunEnded
from warehouse.journal.journal import Event
from warehouse.runs.folders import products_folder
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
    _prepare(spec, events, session)
    async with open_resources(spec.sandbox, session.person) as resources:
        reopened = Run.reopen(
            folder, resources, limits=limits.over(spec.limits), on_event=session.on_event
        )
        return await session.watch(reopened)


async def branch_off(
    run: str,
    at: str,
    overrides: Mapping[str, str],
    name: str | None,
    products: Path | None,
    limits: RunLimits,
    session: Session,
) -> int:
    """Fork as asked. Returns the exit code of the finished run; raises what stopped it."""
    root = products_folder(products)
    settled_ones = {
        key: settled(value, root) if key.partition(".")[0] in ("model", "models") else value
        for key, value in overrides.items()
    }
    fork = Fork.plan(open_own_run(run, products).folder, at, settled_ones, name=name)
    _prepare(fork.spec, fork.shared, session)
    async with open_resources(fork.spec.sandbox, session.person) as resources:
        limits = limits.over(fork.spec.limits)
        forked = await fork.begin(resources, root, limits=limits, on_event=session.on_event)
        return await session.watch(forked)


def _prepare(spec: RunSpec, past: Sequence[Event], session: Session) -> None:
    """Raises ConfigurationError or ProviderError where the models of the spec cannot be used."""
    if warning := warning_of(spec.sandbox):
        say(f"softhouse: {warning}", err=True)
    ensure_ready(spec.models.values())
    session.recall(past)
