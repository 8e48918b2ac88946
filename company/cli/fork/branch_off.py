"""Forking a run as the person asked for it."""

from collections.abc import Mapping
from pathlib import Path

from company.cards.company_card import RunLimits
from company.cli.opened import open_own_run
from company.cli.output import say
from company.cli.run.readiness import ensure_ready
from company.cli.run.session import Session
from company.engine.fork.fork import Fork
from company.engine.resources import open_resources
from company.models.recorded_run import settled
from warehouse.runs.folders import products_folder
from warehouse.sandbox.registry import warning_of


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
    if warning := warning_of(fork.spec.sandbox):
        say(f"softhouse: {warning}", err=True)
    ensure_ready(fork.spec.models.values())
    session.recall(fork.shared)
    async with open_resources(fork.spec.sandbox, session.person) as resources:
        limits = limits.over(fork.spec.limits)
        forked = await fork.begin(resources, root, limits=limits, on_event=session.on_event)
        return await session.watch(forked)
